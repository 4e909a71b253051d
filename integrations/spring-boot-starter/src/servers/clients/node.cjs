// In node: @stomp/stompjs over ws, and over sockjs-client. Prints what was received, one line each; argument: host and port.
const { Client } = require('@stomp/stompjs');
const SockJS = require('sockjs-client');
const WebSocket = require('ws');

const server = process.argv[2];

function greeted(name, options) {
  return new Promise((resolve, reject) => {
    const client = new Client({
      ...options,
      reconnectDelay: 0,
      onConnect: () => {
        client.subscribe('/topic/greetings', async message => {
          if (message.body === 'hello ' + name) {
            await client.deactivate();
            resolve(message.body);
          }
        });
        client.publish({ destination: '/app/greet', body: name, headers: { 'content-type': 'text/plain' } });
      },
      onStompError: frame => reject(new Error(frame.headers.message)),
      onWebSocketError: reject,
    });
    client.activate();
  });
}

(async () => {
  console.log(await greeted('ws', { webSocketFactory: () => new WebSocket('ws://' + server + '/stomp', ['v12.stomp']) }));
  console.log(await greeted('sockjs', { webSocketFactory: () => new SockJS('http://' + server + '/sockjs', null, { transports: 'websocket' }) }));
  console.log(await greeted('fallback', { webSocketFactory: () => new SockJS('http://' + server + '/sockjs', null, { transports: 'xhr-polling' }) }));
})().then(() => process.exit(0), error => {
  console.error(error);
  process.exit(1);
});
