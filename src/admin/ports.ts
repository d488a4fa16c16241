import type { SettingsByKind, SettingsKind } from "../core/settings";

/** What the admin side asks of secrets/: see there. */
export interface SecretsPort {
  /** Values behind a reference, newest first. Throws ConfigError when there are none. */
  resolve(reference: string, options?: { fresh?: boolean }): Promise<string[]>;
  set(name: string, value: string): Promise<void>;
  list(): Promise<string[]>;
  referenceTo(name: string): string;
}

/** A checked configuration file, as config/ reads it. */
export type SettingsBundle = {
  readonly hash: string;
  /** Where an object stands, in words. */
  placeOf?(kind: SettingsKind, id: string, inside: readonly (string | number)[]): string | undefined;
} & {
  readonly [K in SettingsKind]: readonly SettingsByKind[K][];
};

/** One object's mention of another. */
export interface Reference {
  path: readonly (string | number)[];
  kind: SettingsKind;
  id: string;
}

/** What is wrong inside an object, and where. */
export interface Fault {
  path: readonly (string | number)[];
  message: string;
}

/** All objects that an object may point at. */
export interface SettingsLookup {
  has(kind: SettingsKind, id: string): boolean;
  get<K extends SettingsKind>(kind: K, id: string): SettingsByKind[K] | undefined;
  ids(kind: SettingsKind): string[];
}

/** What makes settings fit together; config/ has the one set of rules, for files and for the API. */
export interface SettingsRules {
  referencesOf<K extends SettingsKind>(kind: K, value: SettingsByKind[K]): Reference[];
  faultsOf<K extends SettingsKind>(kind: K, value: SettingsByKind[K], all: SettingsLookup): Fault[];
  generatedFields<K extends SettingsKind>(kind: K, value: SettingsByKind[K]): string[];
}
