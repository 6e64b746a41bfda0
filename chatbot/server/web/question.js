// The question in the id of an answer, which holds it packed; the server is not asked for it.

const SEAL = 12; // bytes behind what is packed; ids from before there were seals have none
const read = new Map();

/** The question of an answer; "" where the id cannot be read. */
export function questionOf(id) {
  if (!read.has(id)) read.set(id, unpacked(id));
  return read.get(id);
}

async function unpacked(id) {
  let bytes;
  try {
    bytes = Uint8Array.from(atob(id.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
  } catch {
    return "";
  }
  for (const part of [bytes.slice(0, -SEAL), bytes]) {
    try {
      const unfolded = new Blob([part]).stream().pipeThrough(new DecompressionStream("deflate"));
      return String(JSON.parse(await new Response(unfolded).text())[0]);
    } catch {
      continue;
    }
  }
  return "";
}
