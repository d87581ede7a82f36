/**
 * Reads an amount as whole cents: "12.50" is 1250.
 * @param {string} text
 * @returns {number}
 */
export function centsOf(text) {
  const found = /^(-?)(\d+)\.(\d\d)$/.exec(text);
  if (!found) throw new RangeError(`This is no amount: ${text}`);
  const [, sign, whole, rest] = found;
  const cents = Number(whole) * 100 + Number(rest);
  return sign === "-" ? 0 - cents : cents;
}

/**
 * Writes whole cents as an amount: 1250 is "12.50".
 * @param {number} cents
 * @returns {string}
 */
export function amountText(cents) {
  const digits = String(Math.abs(cents)).padStart(3, "0");
  return `${cents < 0 ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
