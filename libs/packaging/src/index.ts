export { defaultBuildSystem, parseBuildSystem, type BuildSystem } from './build-system.ts';
export { bestWheel, findWheelRank, isPureWheel, isWheelCompatible } from './choose-wheel.ts';
export { comparePublicVersions, compareVersions } from './compare-versions.ts';
export { compatibleTags, type InterpreterTags } from './compatible-tags.ts';
export { resolveDependencyGroups } from './dependency-groups.ts';
export { evaluateMarker, type MarkerContext, type MarkerEnvironment } from './evaluate-marker.ts';
export { parseHeaderFields, type HeaderFields } from './header-fields.ts';
export {
  type LockFile,
  type LockNeed,
  type LockSelection,
  type LockSelectionOptions,
  type LockSource,
  type SelectedPackage,
  type UnselectedPackage,
} from './lock-selection.ts';
export {
  markerOperators,
  markerSetVariables,
  markerVariables,
  parseMarker,
  type Marker,
  type MarkerOperand,
  type MarkerOperator,
  type MarkerSetVariable,
  type MarkerVariable,
} from './marker.ts';
export { filterVersions, matchesSpecifier, type MatchOptions } from './match-specifier.ts';
export { isStaticField, parseMetadata, type CoreMetadata } from './metadata.ts';
export { formatTargetName, listTargets, parseTargetName, type NamedTarget } from './named-targets.ts';
export { isValidName, normalizeName, parseName } from './names.ts';
export { PackagingError, quoteForError, type PackagingErrorCode } from './packaging-error.ts';
export {
  compatiblePlatforms,
  machines,
  parsePlatformTag,
  type Libc,
  type Platform,
} from './platform-tags.ts';
export { parseProjectTable, type ProjectTable } from './project-table.ts';
export { parsePylock, type Pylock, type PylockDependency, type PylockPackage } from './pylock.ts';
export { parseRequirement, type Requirement } from './requirement.ts';
export {
  formatRequirementsProblem,
  parseRequirementsFile,
  type RequirementEntry,
  type RequirementHash,
  type RequirementsFile,
  type RequirementsNote,
  type RequirementsProblem,
} from './requirements-file.ts';
export { findScriptMetadata } from './script-metadata.ts';
export {
  findSdistFileName,
  parseSdistFileName,
  sdistFormats,
  type SdistFileName,
  type SdistFormat,
} from './sdist-file-name.ts';
export { selectPylockPackages } from './select-pylock-packages.ts';
export { selectUvLockPackages, type UvLockSelectionOptions } from './select-uv-lock-packages.ts';
export {
  findPin,
  joinSpecifierSets,
  namesPrerelease,
  parseSpecifierSet,
  specifierOperators,
  type Specifier,
  type SpecifierOperator,
  type SpecifierSet,
} from './specifier.ts';
export { formatTag, isPureTag, parseTagSet, type Tag } from './tag.ts';
export { createTarget, type TargetEnvironment, type TargetOptions } from './target-environment.ts';
export { type UvSource, type UvSourceKind } from './uv-lock-source.ts';
export {
  parseUvLock,
  type UvConflictItem,
  type UvDependency,
  type UvLock,
  type UvPackage,
} from './uv-lock.ts';
export {
  findVersion,
  isPrerelease,
  parseVersion,
  toPublicVersion,
  toVersionKey,
  type PreRelease,
  type Version,
  type VersionNumber,
} from './version.ts';
export {
  compareBuildTags,
  findWheelFileName,
  parseWheelFileName,
  type BuildTag,
  type WheelFileName,
} from './wheel-file-name.ts';
