// The page that asks for the password.

import { $ } from "./dom.js";
import { ask } from "./server.js";

$("enter").addEventListener("submit", (event) => {
  event.preventDefault();
  const word = event.target.querySelector("input").value;
  ask("/enter", { password: word }).then(({ status, answer }) => {
    if (status === 200) location.reload();
    else event.target.querySelector("output").value = answer.error;
  });
});
