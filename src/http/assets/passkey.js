// Passkeys: asks the gateway what to ask the device for, asks the device, and sends its answer with the page's own form.
// Without this script the form says that a code is needed instead.

const unpack = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const pack = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

function ask(form, options) {
  const descriptors = (list) => (list ?? []).map((one) => ({ ...one, id: unpack(one.id) }));
  options.challenge = unpack(options.challenge);
  if (form.dataset.passkey === "get") {
    options.allowCredentials = descriptors(options.allowCredentials);
    return navigator.credentials.get({ publicKey: options });
  }
  options.user.id = unpack(options.user.id);
  options.excludeCredentials = descriptors(options.excludeCredentials);
  return navigator.credentials.create({ publicKey: options });
}

function written({ id, rawId, type, response }) {
  const fields = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const present = fields.filter((field) => response[field]);
  const packed = Object.fromEntries(present.map((field) => [field, pack(response[field])]));
  return JSON.stringify({ id, rawId: pack(rawId), type, response: packed, extensions: {} });
}

/** The key of the sentence that tells a failure. */
function reason(error) {
  if (error.name === "NotAllowedError" || error.name === "AbortError") return "cancelled";
  if (error.name === "InvalidStateError") return "known";
  return "failed";
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const words = form.querySelector("[data-passkey-words]");
  const say = (key) => {
    words.textContent = form.dataset[key];
    words.hidden = false;
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    words.hidden = true;
    if (!window.PublicKeyCredential) return say("failed");
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      const answer = await fetch(form.dataset.options, { method: "POST", credentials: "same-origin", cache: "no-store" });
      if (answer.redirected) return location.assign(answer.url);
      if (!answer.ok) return say("failed");
      form.elements.answer.value = written(await ask(form, await answer.json()));
      form.submit();
    } catch (error) {
      say(reason(error));
    } finally {
      button.disabled = false;
    }
  });
}
