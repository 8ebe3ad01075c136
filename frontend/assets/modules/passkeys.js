// Passkeys. A form with data-passkey="create" or "get" asks the server for a challenge (data-for says for what), lets the
// person's device answer, and is then sent as any form, with the answer in its field. Without scripts it stays hidden.
import { each } from "./htmx.js";

const usable = "PublicKeyCredential" in window && "credentials" in navigator;

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

/** What the server wrote as text, as the browser wants it: in bytes. */
function prepared(options) {
  const those = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));
  return {
    ...options,
    challenge: bytes(options.challenge),
    ...(options.user && { user: { ...options.user, id: bytes(options.user.id) } }),
    allowCredentials: those(options.allowCredentials),
    excludeCredentials: those(options.excludeCredentials),
  };
}

/** What the device answered, as text. */
function written({ id, rawId, type, response }) {
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const known = parts.filter((part) => response[part]).map((part) => [part, text(response[part])]);
  return JSON.stringify({ id, rawId: text(rawId), type, response: Object.fromEntries(known) });
}

async function answer(form) {
  const body = new URLSearchParams({ purpose: form.dataset.for, _csrf: form.elements._csrf.value });
  const asked = await fetch("/passkeys/options", { method: "POST", body, headers: { accept: "application/json" } });
  if (!asked.ok) throw new Error((await asked.json()).title);
  const publicKey = prepared(await asked.json());
  return form.dataset.passkey === "create"
    ? await navigator.credentials.create({ publicKey })
    : await navigator.credentials.get({ publicKey });
}

document.addEventListener(
  "submit",
  async (event) => {
    const form = event.target;
    if (!form.matches("[data-passkey]")) return;
    event.preventDefault();
    const problem = form.querySelector("[data-passkey-problem]");
    problem.hidden = true;
    try {
      form.elements.credential.value = written(await answer(form));
      form.submit();
    } catch {
      // Turned away, timed out, or no such device: what to do is the same.
      form.removeAttribute("data-busy");
      form.setAttribute("aria-busy", "false");
      problem.hidden = false;
    }
  },
  true,
);

each("[data-passkey]", (form) => form.toggleAttribute("hidden", !usable));
