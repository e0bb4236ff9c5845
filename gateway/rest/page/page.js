const token = document.querySelector("#token");
token.value = sessionStorage.getItem("z402:token") ?? "";
token.addEventListener("change", () => sessionStorage.setItem("z402:token", token.value.trim()));
for (const section of document.querySelectorAll("section")) {
  const form = section.querySelector("form");
  const shown = section.querySelector(".answer");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const given = [...new FormData(form)].filter(([, value]) => value !== "");
    const query = new URLSearchParams(given).toString();
    const address = section.dataset.path + (query && `?${query}`);
    const headers = token.value.trim() ? { authorization: `Bearer ${token.value.trim()}` } : {};
    let text;
    try {
      const answer = await fetch(address, { headers, cache: "no-cache" });
      shown.classList.toggle("failed", !answer.ok);
      const json = answer.headers.get("content-type")?.startsWith("application/json");
      text = `${answer.status} ${address}\n${json ? JSON.stringify(await answer.json(), null, 2) : await answer.text()}`;
    } catch {
      shown.classList.add("failed");
      text = `${address}\nThe server does not answer.`;
    }
    shown.textContent = text;
    shown.hidden = false;
  });
}
