import { dependencyFaults, needlessDependencies } from "../support/arm/dependencies";
import { type Deployment, deploy, type Template } from "../support/arm/deployment";
import type { Json } from "../support/arm/expression";
import { uniqueSuffix } from "../support/arm/functions";
import { typeFaults } from "../support/arm/knownTypes";
import { nameFaults } from "../support/arm/names";
import { neverGiven, type ParameterSet, parameterSets } from "../support/arm/parameterSets";
import { ruleFaults } from "../support/arm/rules";
import { outputFaults, secretFaults } from "../support/arm/secrets";
import { type Files, readFiles } from "./files";
import { formContractFaults } from "./formContract";
import { parameterFileFaults, valuesOf } from "./parameterFiles";
import { refusalFaults } from "./refusals";
import {
  containerFaults,
  grantFaults,
  identityFaults,
  inventoryFaults,
  orderFaults,
} from "./resourceContract";
import { type Probe, routeFaults } from "./routeContract";
import { channelSecretFaults } from "./secretContract";
import { settingsFaults } from "./settingsContract";
import { valueFaults } from "./valueContract";

/** Every parameter set that the templates are worked out with: ours, and those of the parameter files. */
export const setsOf = ({ template, parameterFiles }: Files): ParameterSet[] => [
  ...parameterSets(template),
  ...Object.entries(parameterFiles).map(([name, file]) => ({ name, values: valuesOf(file) })),
];

/** Sets of the template that is right: a template with a fault must not choose what it is tried with. */
const RIGHT_SETS = setsOf(readFiles());

/** What is wrong without any values. */
export function staticFaults({ template, form, parameterFiles }: Files): string[] {
  return [
    ...ruleFaults(template),
    ...neverGiven(template).map((name) => `no test gives a value to ${name}`),
    ...channelSecretFaults(template),
    ...refusalFaults(template),
    ...Object.entries(parameterFiles).flatMap(([name, file]) => parameterFileFaults(name, file, template)),
    ...formContractFaults(form, template),
  ];
}

/** What is wrong with one deployment. */
export function deploymentFaults(
  template: Template,
  deployment: Deployment,
  values: Record<string, Json>,
): string[] {
  const broken = [...deployment.faults, ...deployment.resources.flatMap(typeFaults)];
  // The checks below may rely on what the types promise.
  if (broken.length > 0) return broken;
  return [
    ...nameFaults(deployment, uniqueSuffix(String(values.baseName ?? "switchboard"))),
    ...secretFaults(deployment),
    ...outputFaults(template, deployment),
    ...dependencyFaults(deployment),
    ...settingsFaults(deployment, values),
    ...containerFaults(deployment),
    ...grantFaults(deployment, values),
    ...identityFaults(deployment),
    ...orderFaults(deployment),
    ...inventoryFaults(deployment, values),
    ...valueFaults(deployment, values),
  ];
}

/** The first faults found, the quickest checks first; empty when nothing is wrong. */
export async function firstFaults(files: Files, probe: Probe): Promise<string[]> {
  const { template } = files;
  const deployments: Deployment[] = [];
  const faultsWith = async ({ name, values }: ParameterSet): Promise<string[]> => {
    const deployment = deploy(template, values);
    deployments.push(deployment);
    const faults = deploymentFaults(template, deployment, values);
    if (faults.length === 0) faults.push(...(await routeFaults(deployment, values, probe)));
    return faults.map((fault) => `${name}: ${fault}`);
  };
  const [defaults, everything, ...others] = RIGHT_SETS;
  const steps = [
    () => ruleFaults(template),
    () => faultsWith(defaults as ParameterSet),
    () => faultsWith(everything as ParameterSet),
    () => staticFaults(files),
    ...others.map((set) => () => faultsWith(set)),
    () => needlessDependencies(deployments),
  ];
  for (const step of steps) {
    const faults = await step();
    if (faults.length > 0) return faults;
  }
  return [];
}
