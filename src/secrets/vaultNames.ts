/**
 * Names of secrets in the vault's alphabet, and back. The vault knows letters, digits and dashes only, at most 127
 * ("Azure Key Vault secrets: Object types, identifiers, and versioning"); ours have dots and underscores too.
 */
const MARKS: Record<string, string> = { ".": "--dot-", _: "--under-" };
const OURS: Record<string, string> = { "--dot-": ".", "--under-": "_" };

/** `generated.shop.token` → `generated--dot-shop--dot-token`. Undefined when it does not fit into the vault. */
export function toVaultName(name: string): string | undefined {
  const vaultName = name.replace(/[._]/g, (char) => MARKS[char] ?? char);
  return /^[0-9a-zA-Z-]{1,127}$/.test(vaultName) ? vaultName : undefined;
}

/** Undoes `toVaultName`; a name that somebody else chose in the vault stays as it is. */
export function fromVaultName(vaultName: string): string {
  return vaultName.replace(/--dot-|--under-/g, (mark) => OURS[mark] ?? mark);
}
