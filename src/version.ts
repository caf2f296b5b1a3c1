/** Version and commit, stamped in by the build; a run from source says so. */
declare const __RELAYPLANE_VERSION__: string | undefined
declare const __RELAYPLANE_COMMIT__: string | undefined

export const version: string = typeof __RELAYPLANE_VERSION__ === 'string' ? __RELAYPLANE_VERSION__ : '0.0.0-source'
export const commit: string = typeof __RELAYPLANE_COMMIT__ === 'string' ? __RELAYPLANE_COMMIT__ : 'source'
