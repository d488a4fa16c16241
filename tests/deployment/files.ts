import path from "node:path";
import { read } from "../docs/parts";
import type { Template } from "../support/arm/deployment";
import type { Json } from "../support/arm/expression";
import type { UiDefinition } from "../support/arm/uiDefinition";

export const FOLDER = "deploymentTemplates";

export interface ParameterFile {
  $schema: string;
  contentVersion: string;
  parameters: Record<string, { value?: Json; reference?: { keyVault: { id: string }; secretName: string } }>;
}

/** What stands in deploymentTemplates/, as far as Azure reads it. */
export interface Files {
  template: Template;
  form: UiDefinition;
  parameterFiles: Record<string, ParameterFile>;
}

const NAMES = ["azuredeploy.parameters.dev.json", "azuredeploy.parameters.prod.json"];

/** A fresh copy of the files. */
export function readFiles(): Files {
  const parse = <T>(name: string): T => JSON.parse(read(path.posix.join(FOLDER, name))) as T;
  return {
    template: parse("azuredeploy.json"),
    form: parse("createUiDefinition.json"),
    parameterFiles: Object.fromEntries(NAMES.map((name) => [name, parse<ParameterFile>(name)])),
  };
}
