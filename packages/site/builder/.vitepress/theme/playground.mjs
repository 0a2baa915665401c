import { withBase } from 'vitepress';
import { defineComponent, h, onBeforeUnmount, onMounted, ref } from 'vue';

/** A place for the playground's program, which is fetched when a visitor comes to its page. */
export const playground = defineComponent(() => {
  const root = ref();
  let close;
  onMounted(async () => {
    const { mount } = await import(/* @vite-ignore */ withBase('/playground-program/page.js'));
    close = mount(root.value, withBase('/digits.csv'));
  });
  onBeforeUnmount(() => close?.());
  return () => h('div', { ref: root, class: 'playground' });
});
