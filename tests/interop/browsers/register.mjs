// SPDX-License-Identifier: BSL-1.0
//
// Lets a SIP library of browsers register as alice, over UDP in the place of a WebSocket:
//   node register.mjs jssip|sipjs HOST PORT PASSWORD
// It registers once more for each line on stdin, and prints "registered" or "failed STATUS" each time.
import dgram from "node:dgram";
import process from "node:process";
import readline from "node:readline";

const [library, host, port, password] = process.argv.slice(2);
const say = (what) => process.stdout.write(`${what}\n`);

/// A UDP socket that talks to the registrar alone.
class Wire {
    constructor(hear) {
        this.socket = dgram.createSocket("udp4");
        this.socket.on("message", (data) => hear(data.toString("latin1")));
    }
    send(text) {
        this.socket.send(Buffer.from(text, "latin1"), Number(port), host);
    }
}

async function jssip() {
    const { default: JsSIP } = await import("jssip");
    const socket = {
        via_transport: "UDP",
        url: `udp://${host}:${port}`,
        sip_uri: `sip:${host}:${port};transport=udp`,
        connected: false,
        isConnected() { return this.connected; },
        isConnecting() { return false; },
        connect() {
            this.connected = true;
            setImmediate(() => this.onconnect());
        },
        disconnect() {},
        send(text) {
            wire.send(text);
            return true;
        },
    };
    const wire = new Wire((text) => socket.ondata(text));
    const agent = new JsSIP.UA({ sockets: [socket], uri: `sip:alice@${host}`, password, register: false,
                                 register_expires: 60 });
    agent.on("connected", () => agent.register());
    agent.on("registered", () => say("registered"));
    agent.on("registrationFailed", (event) => say(`failed ${event.response ? event.response.status_code : event.cause}`));
    agent.start();
    return () => agent.register();
}

async function sipjs() {
    const { UserAgent, Registerer, RegistererState, TransportState } = await import("sip.js");
    class UdpTransport {
        constructor() {
            this.protocol = "UDP";
            this.state = TransportState.Disconnected;
            this.stateChange = { addListener() {}, removeListener() {}, on() {}, off() {}, once() {} };
            this.wire = new Wire((text) => this.onMessage(text));
        }
        async connect() {
            this.state = TransportState.Connected;
            this.onConnect();
        }
        async disconnect() { this.state = TransportState.Disconnected; }
        async dispose() {}
        isConnected() { return this.state === TransportState.Connected; }
        async send(text) { this.wire.send(text); }
    }
    const agent = new UserAgent({ uri: UserAgent.makeURI(`sip:alice@${host}`), transportConstructor: UdpTransport,
                                  authorizationUsername: "alice", authorizationPassword: password, logLevel: "error" });
    await agent.start();
    const registerer = new Registerer(agent, { expires: 60 });
    const register = () => registerer.register({
        requestDelegate: {
            onAccept() { say("registered"); },
            onReject(response) { say(`failed ${response.message.statusCode}`); },
        },
    });
    registerer.stateChange.addListener((state) => state === RegistererState.Terminated && say("terminated"));
    register();
    return register;
}

const again = await { jssip, sipjs }[library]();
readline.createInterface({ input: process.stdin }).on("line", again).on("close", () => process.exit(0));
