/** The server lets in only styles with this, a new one with each page (`http/web-app.ts`). */
export const styleNonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';

// The library that stops a page from scrolling under a dialog looks for it under this name.
Object.assign(globalThis, { __webpack_nonce__: styleNonce });
