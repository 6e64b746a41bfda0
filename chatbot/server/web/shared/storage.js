// What this browser (`localStorage`) or this tab (`sessionStorage`) keeps.

/** A value that was kept; null where there is none, or storage is forbidden. */
export function recall(storage, key) {
  try {
    return JSON.parse(window[storage].getItem(key));
  } catch {
    return null;
  }
}

/** Keep a value; false where it cannot be kept. */
export function remember(storage, key, value) {
  try {
    window[storage].setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}
