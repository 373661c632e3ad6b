export { PackageIndexModule } from './package-index.module.ts';
export { packageIndexSection } from './package-index.section.ts';
