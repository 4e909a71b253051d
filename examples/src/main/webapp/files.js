// A file is one binary message: two bytes with the length of the header, the header in UTF-8, the content.

/** What is sent: the header holds the media type and the name. Returns a Blob. */
export function packFile(file, content) {
  const header = new TextEncoder().encode(`${file.type}\n${file.name.slice(-200)}`);
  const length = new DataView(new ArrayBuffer(2));
  length.setUint16(0, header.length);
  return new Blob([length, header, content]);
}

/** What is received: the header is JSON, written by the server. */
export function unpackFile(buffer) {
  const length = new DataView(buffer).getUint16(0);
  return {
    header: JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 2, length))),
    content: new Uint8Array(buffer, 2 + length),
  };
}
