// What makes the pages quick. All of them work without it.

import { startCounting } from "./count.js";
import { startDialogs } from "./dialogs.js";
import { startForms } from "./forms.js";
import { startKeys } from "./keys.js";
import { startLive } from "./live.js";
import { startSuggestions } from "./suggestions.js";
import { startTimes } from "./times.js";

startDialogs();
startForms();
startCounting();
startKeys();
startLive();
startSuggestions();
startTimes();
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
