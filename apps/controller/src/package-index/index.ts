export { PackageIndexModule } from './package-index.module.ts';
