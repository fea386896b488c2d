// telegram-test-api, made into a Bot API that python-telegram-bot can use: what the package answers wrongly or not at all is answered here.
// PORT says where; "ready" is printed when it listens. GET /calls lists the Bot API calls, GET /files/<id> is what getFile leads to.
const express = require("express");
const axios = require("axios").default || require("axios");
const TelegramServer = require("telegram-test-api");

const telegram = new TelegramServer({ port: Number(process.env.PORT), host: "127.0.0.1", storeTimeout: 600 });
const app = express();
const parsed = [express.json(), express.urlencoded({ extended: true })];
const calls = [];
const photo = Buffer.from(process.env.PHOTO || "", "base64");
const ok = (response, result) => response.json({ ok: true, result });
const sent = (request) => ({ message_id: telegram.messageId++, date: seconds(), chat: { id: Number(request.body.chat_id), type: "private" } });
const seconds = () => Math.floor(Date.now() / 1000);

app.get("/calls", (request, response) => response.json(calls));
app.use("/bot:token/:method", ...parsed, (request, response, next) => {
  calls.push([request.params.method, request.body]);
  next();
});
app.all("/bot:token/getMe", (request, response) => ok(response, { id: 666, is_bot: true, first_name: "City", username: "CityBot" }));
for (const method of ["setMyCommands", "sendChatAction", "answerCallbackQuery", "editMessageReplyMarkup"])
  app.all(`/bot:token/${method}`, (request, response) => ok(response, true));
for (const method of ["sendLocation", "sendPhoto"]) app.all(`/bot:token/${method}`, (request, response) => ok(response, sent(request)));
app.all("/bot:token/setWebhook", (request, response) => {
  telegram.setWebhook(request.body, request.params.token);
  ok(response, true);
});
app.all("/bot:token/getFile", (request, response) => {
  const id = request.body.file_id;
  ok(response, { file_id: id, file_unique_id: id, file_size: photo.length, file_path: `photos/${id}.jpg` });
});
app.get("/file/bot:token/photos/:name", (request, response) => response.type("image/jpeg").send(photo));

// Its dates are milliseconds, and the chat of its own messages is named twice.
const addBotMessage = telegram.addBotMessage.bind(telegram);
telegram.addBotMessage = (message, token) => {
  const { chat_id, ...added } = addBotMessage(message, token);
  return { ...added, date: seconds() };
};
// A button's query needs a chat_instance, and the webhook its secret. What is not answered with 2xx comes again, as from Telegram.
const formatUpdate = TelegramServer.formatUpdate;
TelegramServer.formatUpdate = (update) => {
  const shape = formatUpdate(update);
  if (shape.callback_query) shape.callback_query.chat_instance = "1";
  return shape;
};
telegram.addUserUpdate = async function (update) {
  const webhook = this.webhooks[update.botToken];
  if (!webhook) this.storage.userMessages.push(update);
  const headers = webhook ? { "X-Telegram-Bot-Api-Secret-Token": webhook.secret_token } : {};
  const data = TelegramServer.formatUpdate(update);
  this.updateId++;
  for (let tries = 0; webhook && tries < 5; tries++) {
    const answer = await axios({ url: webhook.url, method: "POST", data, headers, validateStatus: () => true }).catch(() => ({ status: 0 }));
    if (answer.status >= 200 && answer.status < 300) return;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
};

app.use(telegram.webServer);
telegram.webServer = app;
telegram.start().then(() => console.log("ready"));
