/** Where the controller serves these pages. */
export const basePath = '/verifier-engine-room';
