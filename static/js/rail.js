// On a phone the rail scrolls sideways: the place one is at comes into sight.
const here = document.querySelector(".rail-link[aria-current]");
here?.scrollIntoView({ block: "nearest", inline: "center", behavior: "instant" });
