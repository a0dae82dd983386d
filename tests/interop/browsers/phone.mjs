// SPDX-License-Identifier: BSL-1.0
//
// Registers alice@example.com over WebSocket with a SIP library of browsers, in Node or in a page:
//   node --experimental-websocket phone.mjs jssip|sipjs URL PASSWORD
// Says "registered", "failed STATUS" and "disconnected" as they come, on stdout or on the console and in the page.
import JsSIP from "jssip";
import { Registerer, UserAgent } from "sip.js";

const in_page = typeof document !== "undefined";
const [library, url, password] = in_page ? location.search.slice(1).split("&").map(decodeURIComponent)
                                         : globalThis.process.argv.slice(2);
const say = (what) => {
    if (in_page) document.body.textContent = what;
    console.log(what);
};

function jssip() {
    const agent = new JsSIP.UA({ sockets: [new JsSIP.WebSocketInterface(url)], uri: "sip:alice@example.com", password,
                                 register_expires: 60 });
    agent.on("registered", () => say("registered"));
    agent.on("disconnected", () => say("disconnected"));
    agent.on("registrationFailed", (event) =>
        say(`failed ${event.response ? event.response.status_code : event.cause}`));
    agent.start();
}

async function sipjs() {
    const agent = new UserAgent({ uri: UserAgent.makeURI("sip:alice@example.com"), transportOptions: { server: url },
                                  authorizationUsername: "alice", authorizationPassword: password,
                                  logLevel: "error" });
    const registerer = new Registerer(agent, { expires: 60 });
    const register = () => registerer.register({
        requestDelegate: {
            onAccept: () => say("registered"),
            onReject: (response) => say(`failed ${response.message.statusCode}`),
        },
    });
    const come_back = () => agent.reconnect().catch(() => setTimeout(come_back, 500));
    agent.delegate = {
        onConnect: register,
        onDisconnect() {
            say("disconnected");
            setTimeout(come_back, 500);
        },
    };
    await agent.start();
}

({ jssip, sipjs })[library]();
