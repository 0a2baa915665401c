import test from 'ava';
import { importScript } from './scripts.js';

test('every error code is declared once, with its meaning and what to do', async (t) => {
  const { declaredCodes } = await importScript('error-codes.mjs');
  const codes = declaredCodes();
  t.true(codes.length > 20);
  t.deepEqual(
    codes.map(({ code }) => code),
    [...new Set(codes.map(({ code }) => code))],
  );
  t.deepEqual(
    codes.filter(({ meaning }) => !/^[A-Z].*\. .*\.$/.test(meaning)),
    [],
  );
});

test('every code that is thrown is declared, and every declared code is used', async (t) => {
  const { declaredCodes, sourceFiles } = await importScript('error-codes.mjs');
  const declared = declaredCodes().map(({ code }) => code);
  const texts = sourceFiles().map(({ text }) => text);
  const thrown = texts.flatMap((text) => [...text.matchAll(/new AdjointError\(\s*'(\w+)'/g)].map(([, code]) => code!));
  t.deepEqual(
    thrown.filter((code) => !declared.includes(code)),
    [],
  );
  t.deepEqual(
    declared.filter((code) => !texts.some((text) => text.includes(`'${code}'`))),
    [],
  );
});
