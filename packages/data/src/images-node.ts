/** Folders of images: for Node only. */
export { imageFolder, type ImageFolder, type ImageFolderOptions } from './images/image-folder.js';
