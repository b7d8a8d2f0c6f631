// What a map of clustergeo does beyond Leaflet: switches, search, details by mouse and keyboard.
"use strict";
var clustergeo = {
  shelves: [],

  // Panes from the bottom up; those of folium's lines and places lie above.
  panes: function (map) {
    [["land", 210], ["ground", 220], ["bands", 350]].forEach(function (pane) {
      map.createPane(pane[0]).style.zIndex = pane[1];
    });
  },

  // A ring or line is a flat list of steps of 1/1000 degree: east, north, east, north ...
  path: function (steps) {
    var points = [], east = 0, north = 0;
    for (var i = 0; i < steps.length; i += 2) {
      east += steps[i];
      north += steps[i + 1];
      points.push([north / 1000, east / 1000]);
    }
    return points;
  },

  lines: function (group, lines, style) {
    return L.polyline(lines.map(clustergeo.path), style).addTo(group);
  },

  areas: function (group, polygons, style) {
    var rings = polygons.map(function (polygon) { return polygon.map(clustergeo.path); });
    return L.polygon(rings, style).addTo(group);
  },

  dots: function (group, rows, style) {
    rows.forEach(function (row) {
      var dot = L.circleMarker([row[0], row[1]], style).addTo(group);
      dot.bindTooltip(row[2], {offset: [8, 0], opacity: 1});
      dot.names = row[3];
    });
  },

  // A group is shown while all its keys are switched on.
  shelf: function (group, keys) {
    clustergeo.shelves.push({group: group, keys: keys});
  },

  start: function (map, words) {
    var stage = map.getContainer().parentNode;
    var inputs = Array.from(document.querySelectorAll("[data-key]"));

    map.removeControl(map.attributionControl);
    L.control.scale({imperial: false}).addTo(map);
    stage.querySelectorAll(".leaflet-control-zoom a").forEach(function (button, rank) {
      button.title = words.zoom[rank];
      button.setAttribute("aria-label", words.zoom[rank]);
    });
    map.getContainer().setAttribute("aria-label", words.map);
    map.getContainer().setAttribute("role", "group");

    function switched() {
      var on = {};
      inputs.forEach(function (input) { on[input.dataset.key] = input.checked; });
      function shown(keys) { return keys.every(function (key) { return on[key] !== false; }); }
      map.closePopup();
      clustergeo.shelves.forEach(function (shelf) {
        if (shown(shelf.keys) !== map.hasLayer(shelf.group)) {
          map[shown(shelf.keys) ? "addLayer" : "removeLayer"](shelf.group);
        }
      });
      document.querySelectorAll("[data-when]").forEach(function (part) {
        part.hidden = !shown(part.dataset.when.split(" "));
      });
      stage.classList.toggle("with-tiles", on.tiles === true);
    }
    inputs.forEach(function (input) { input.addEventListener("change", switched); });

    function textOf(markup) {
      var box = document.createElement("template");
      box.innerHTML = markup.replace(/<br>/g, " ");
      return box.content.textContent.replace(/\s+/g, " ").trim();
    }
    function reachable(layer) {
      var told = layer.getTooltip && layer.getTooltip();
      if (!told) { return; }
      if (!layer.getPopup()) {
        layer.bindPopup(told.getContent() + (layer.more || ""), {
          maxWidth: 340, minWidth: 180, maxHeight: 320, autoPanPaddingTopLeft: [20, 60]
        });
      }
      var element = layer.getElement && layer.getElement();
      if (element) {
        element.setAttribute("tabindex", "0");
        element.setAttribute("role", "button");
        element.setAttribute("aria-label", textOf(told.getContent()));
      }
    }
    map.on("layeradd", function (event) { reachable(event.layer); });
    map.eachLayer(reachable);

    var source = null;
    map.on("popupopen", function (event) {
      var box = event.popup.getElement();
      box.setAttribute("role", "dialog");
      box.setAttribute("aria-label", textOf(event.popup.getContent()).slice(0, 80));
      var content = box.querySelector(".leaflet-popup-content");
      content.setAttribute("tabindex", "0");
      var close = box.querySelector(".leaflet-popup-close-button");
      close.setAttribute("aria-label", words.close);
      close.title = words.close;
      var owner = event.popup._source;
      source = owner && owner.getElement && owner.getElement();
      if (owner && owner.closeTooltip) { owner.closeTooltip(); }
      content.focus({preventScroll: true});
    });
    map.on("popupclose", function () {
      // A popup that held the focus has taken it with it; it goes back to where it came from.
      var lost = document.activeElement === document.body;
      if (lost && source && source.isConnected) {
        source.focus({preventScroll: true});
      }
    });
    map.getContainer().addEventListener("keydown", function (event) {
      if (event.key === "Escape") {
        map.closePopup();
        map.eachLayer(function (layer) { if (layer.closeTooltip) { layer.closeTooltip(); } });
      }
    });

    clustergeo.search(map, stage, inputs);
    switched();
  },

  // A combobox over the names of all places, those of hidden layers too.
  search: function (map, stage, inputs) {
    var field = stage.querySelector(".search input"), list = stage.querySelector(".search ul");
    if (!field) { return; }
    var known = [], hits = [], at = -1;
    clustergeo.shelves.forEach(function (shelf) {
      shelf.group.eachLayer(function (layer) {
        if (layer.names) { known.push({layer: layer, keys: shelf.keys, names: layer.names}); }
      });
    });
    function close() {
      list.hidden = true;
      field.setAttribute("aria-expanded", "false");
      field.removeAttribute("aria-activedescendant");
      at = -1;
    }
    function mark(next) {
      at = (next + hits.length) % hits.length;
      Array.from(list.children).forEach(function (item, rank) {
        item.setAttribute("aria-selected", String(rank === at));
      });
      field.setAttribute("aria-activedescendant", list.children[at].id);
      list.children[at].scrollIntoView({block: "nearest"});
    }
    function go(hit) {
      close();
      field.value = hit.names[0];
      inputs.forEach(function (input) {
        if (hit.keys.includes(input.dataset.key) && !input.checked) { input.click(); }
      });
      map.setView(hit.layer.getLatLng(), Math.max(map.getZoom(), 11), {animate: false});
      hit.layer.openPopup();
    }
    function find() {
      var wanted = field.value.trim().toLowerCase();
      hits = wanted ? known.filter(function (each) {
        return each.names.some(function (name) { return name.toLowerCase().includes(wanted); });
      }).slice(0, 12) : [];
      list.replaceChildren.apply(list, hits.map(function (hit, rank) {
        var item = document.createElement("li");
        item.id = "hit" + rank;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.textContent = hit.names.filter(Boolean).join(" · ");
        // A press would take the focus from the field before the click arrives.
        item.addEventListener("mousedown", function (event) { event.preventDefault(); });
        item.addEventListener("click", function () { go(hit); });
        return item;
      }));
      close();
      list.hidden = hits.length === 0;
      field.setAttribute("aria-expanded", String(hits.length > 0));
      field.parentNode.querySelector("output").value = wanted ? String(hits.length) : "";
    }
    field.addEventListener("input", find);
    field.addEventListener("blur", close);
    field.addEventListener("keydown", function (event) {
      if (event.key === "Escape") { close(); }
      if (event.key === "Enter" && hits.length) { go(hits[Math.max(at, 0)]); }
      if (hits.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
        if (list.hidden) { find(); }
        mark(event.key === "ArrowDown" ? at + 1 : Math.max(at, 0) - 1);
        event.preventDefault();
      }
    });
  }
};
