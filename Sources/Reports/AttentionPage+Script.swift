extension AttentionPage {
  /// Draws the photo under the heat of the word pointed at, else of the word chosen, as `HeatOverlay` does: a cell
  /// glows by what it gets above an even share, relative to the map's largest, interpolated between the cells' centres
  /// where smooth, in linear light.
  static let script = #"""
    "use strict";
    const data = JSON.parse(document.getElementById("data").textContent);
    const photo = document.getElementById("photo");
    const heat = document.getElementById("heat");
    const opacity = document.getElementById("opacity");
    const smooth = document.getElementById("smooth");
    const play = document.getElementById("play");
    const buttons = Array.from(document.querySelectorAll(".words button"));
    const light = Float32Array.from({ length: 256 }, (_, level) => {
      const value = level / 255;
      return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    });
    const steps = 4095;
    const level = Uint8Array.from({ length: steps + 1 }, (_, step) => {
      const value = step / steps;
      return Math.round(255 * (value <= 0.0031308 ? 12.92 * value : 1.055 * Math.pow(value, 1 / 2.4) - 0.055));
    });
    let source = null, chosen = -1, pointed = -1, timer = null;

    // The photo's pixels, once it is there.
    function prepare() {
      if (photo.naturalWidth === 0) return;
      heat.width = photo.naturalWidth;
      heat.height = photo.naturalHeight;
      const context = heat.getContext("2d");
      context.drawImage(photo, 0, 0);
      source = context.getImageData(0, 0, heat.width, heat.height).data;
      show();
    }

    // For every pixel along a side: the two cells it lies between and the second's share.
    function taps(cells, pixels) {
      return Array.from({ length: pixels }, (_, pixel) => {
        const position = (pixel + 0.5) * cells / pixels;
        if (!smooth.checked) return [Math.floor(position), Math.floor(position), 0];
        const center = Math.min(Math.max(position - 0.5, 0), cells - 1);
        return [Math.floor(center), Math.min(Math.floor(center) + 1, cells - 1), center % 1];
      });
    }

    function draw({ rows, columns, attention }) {
      if (source === null) return;
      const context = heat.getContext("2d");
      const picture = context.createImageData(heat.width, heat.height), pixels = picture.data;
      const even = 1 / attention.length, heats = attention.map((share) => Math.max(0, share - even));
      const most = Math.max(even, ...heats), strength = Number(opacity.value);
      const across = taps(columns, heat.width);
      let at = 0;
      for (const [top, bottom, down] of taps(rows, heat.height)) {
        for (const [left, right, part] of across) {
          const upper = heats[top * columns + left] * (1 - part) + heats[top * columns + right] * part;
          const lower = heats[bottom * columns + left] * (1 - part) + heats[bottom * columns + right] * part;
          const value = (upper * (1 - down) + lower * down) / most;
          const color = data.colors[Math.round(value * 255)], alpha = strength * value;
          for (let channel = 0; channel < 3; channel++, at++) {
            const below = light[source[at]];
            pixels[at] = level[Math.round((below + (light[color[channel]] - below) * alpha) * steps)];
          }
          pixels[at++] = 255;
        }
      }
      context.putImageData(picture, 0, 0);
    }

    // The word with the maps chosen: attention's, or those of cells hidden.
    function told(word) {
      const chosen = document.querySelector("input[name=map]:checked");
      const other = chosen === null ? undefined : word[chosen.value];
      return other === undefined || Array.isArray(other)
        ? word : { ...word, attention: other.attention, about: word.about + " " + other.about };
    }

    function tell(word) {
      document.getElementById("about").textContent = word.about;
      const table = document.getElementById("alternatives");
      table.hidden = word.alternatives.length === 0;
      table.tBodies[0].replaceChildren(...word.alternatives.map((other) => {
        const row = document.createElement("tr");
        row.className = other.chosen ? "chosen" : "";
        const name = document.createElement("th"), percent = document.createElement("td");
        const bar = document.createElement("td");
        name.scope = "row";
        name.textContent = other.word;
        percent.textContent = other.percent;
        const length = document.createElement("span");
        length.className = "bar";
        length.style.width = 8 * other.share + "rem";
        bar.append(length);
        row.append(name, percent, bar);
        return row;
      }));
    }

    function show() {
      const index = pointed >= 0 ? pointed : chosen;
      heat.hidden = index < 0;
      buttons.forEach((button, other) => {
        button.setAttribute("aria-pressed", String(other === index));
        button.tabIndex = other === Math.max(chosen, 0) ? 0 : -1;
      });
      if (index < 0) return;
      const word = told(data.words[index]);
      draw(word);
      tell(word);
    }

    function choose(index, focus) {
      if (buttons.length === 0) return;
      chosen = (index + buttons.length) % buttons.length;
      pointed = -1;
      if (focus) buttons[chosen].focus();
      show();
    }

    function stop() {
      clearInterval(timer);
      timer = null;
      play.setAttribute("aria-pressed", "false");
      play.textContent = "Play";
    }

    buttons.forEach((button, index) => {
      button.addEventListener("click", () => { stop(); choose(index); });
      button.addEventListener("pointerenter", (event) => {
        if (event.pointerType === "touch") return;
        stop();
        pointed = index;
        show();
      });
      button.addEventListener("pointerleave", () => { pointed = -1; show(); });
    });
    play.addEventListener("click", () => {
      if (timer !== null) return stop();
      play.setAttribute("aria-pressed", "true");
      play.textContent = "Stop";
      choose(chosen < 0 || chosen === buttons.length - 1 ? 0 : chosen + 1);
      timer = setInterval(() => chosen === buttons.length - 1 ? stop() : choose(chosen + 1), 1000);
    });
    document.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.target === opacity ||
        event.target.name === "map") return;
      const next = { ArrowLeft: chosen - 1, ArrowRight: chosen + 1, Home: 0, End: buttons.length - 1 }[event.key];
      const edge = event.key === "Home" || event.key === "End";
      if (next === undefined || (edge && !event.target.closest(".words"))) return;
      event.preventDefault();
      stop();
      choose(next, true);
    });
    const choices = Array.from(document.querySelectorAll("input[name=map]"));
    for (const control of [opacity, smooth, ...choices]) control.addEventListener("input", show);
    choose(0);
    photo.addEventListener("load", prepare);
    if (photo.complete) prepare();
    """#
}
