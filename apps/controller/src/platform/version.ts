import packageFile from '../../../../package.json' with { type: 'json' };

/** Version of Ironwheel, of package.json. */
export const ironwheelVersion: string = packageFile.version;
