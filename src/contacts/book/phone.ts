/** What libphonenumber says of a text that cannot be a number, in words. */
const FAULTS: Readonly<Record<string, string>> = {
  NOT_A_NUMBER: "this is no phone number",
  INVALID_COUNTRY: 'begin with "+" and a country code that exists',
  TOO_SHORT: "the number is too short",
  TOO_LONG: "the number is too long",
  INVALID_LENGTH: "numbers of this country have another length",
};

type ReadPhone = { number: string } | { fault: string };

/**
 * A phone number as it is kept: E.164. `country`: of numbers without "+" (ISO 3166: "PT"); left out: they are refused.
 * Whether somebody has the number cannot be known; that nobody can have it is a fault.
 */
export async function readPhone(text: string, country?: string): Promise<ReadPhone> {
  // Loaded when first needed: its tables are large.
  const { isSupportedCountry, ParseError, parsePhoneNumberWithError } = await import("libphonenumber-js/min");
  const written = text.trim().replace(/^00(?=\d)/, "+");
  const known = country !== undefined && isSupportedCountry(country) ? country : undefined;
  if (known === undefined && !written.startsWith("+"))
    return { fault: 'begin with "+" and the country code' };
  try {
    const phone = parsePhoneNumberWithError(written, {
      extract: false,
      ...(known && { defaultCountry: known }),
    });
    if (phone.ext !== undefined) return { fault: "an extension cannot be kept with the number" };
    if (!phone.isPossible()) return { fault: "numbers of this country have another length" };
    return { number: phone.number };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return { fault: FAULTS[error.message] ?? "this is no phone number" };
  }
}
