// The page in a notebook cell: an iframe that may run its own scripts and nothing else.

const HEIGHT = 760; // pixels

function render({ model, el }) {
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-scripts allow-downloads allow-modals");
  frame.title = "xhsim";
  Object.assign(frame.style, { width: "100%", height: `${HEIGHT}px`, border: "1px solid #ccc" });
  el.append(frame);

  const receive = (message, buffers) => {
    if (message === "page") frame.srcdoc = new TextDecoder().decode(buffers[0]);
  };
  const hear = ({ source, data }) => {
    if (source !== frame.contentWindow || !data?.xhsim) return;
    if (data.xhsim === "open") tell();
    else if (JSON.stringify(data.xhsim) !== JSON.stringify(model.get("state"))) {
      model.set("state", data.xhsim);
      model.save_changes();
    }
  };
  const tell = () => frame.contentWindow?.postMessage({ xhsim: model.get("state") }, "*");
  model.on("msg:custom", receive);
  model.on("change:state", tell);
  window.addEventListener("message", hear);
  model.send("page");
  return () => {
    model.off("msg:custom", receive);
    model.off("change:state", tell);
    window.removeEventListener("message", hear);
  };
}

export default { render };
