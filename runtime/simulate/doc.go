// Package simulate is a fake Mistral API, as strict as the real one, for trying, testing and measuring without a key and
// without cost. It is spoken to over real HTTP: models, chat completions (also as a stream), embeddings, files and batch
// jobs, under /v1.
//
// Replies are deterministic functions of the request: of model, messages, random_seed and response_format. They follow
// the form that response_format or the prompt asks for, their quality depends on the size that the model's name tells,
// and a judge's ratings follow that quality. A token is four bytes.
//
// # Faults
//
// [ParseFaults] reads failures on purpose from a comma-separated list:
//
//	429=0.05,500=0.02,latency=50ms,jitter=20ms,seed=7
//
// Each of these takes a rate from 0 to 1, the rates together at most 1; a request meets one of them at most:
//
//	400 ... 599   that status with the API's error
//	reset         the connection is reset
//	hang          no reply until the client gives up
//	broken        the connection breaks in the middle of the reply
//	slow          the reply arrives in ten pieces, one every pace
//	badjson       status 200 with a body that is no JSON
//	html          status 200 with a page of a proxy
//	nochoices     a reply without choices
//	filter        no content, finish_reason content_filter
//	empty         empty content
//	null          content null
//	truncate      content that ends in the middle, finish_reason length
//	preamble      chatter and a code fence around the content
//	offformat     content that is not in the form that was asked for
//	outofscale    a rating outside of its scale
//	tie           the same rating for all texts
//
// Further keys: latency=DURATION and jitter=DURATION (each reply takes latency and up to jitter more), retry-after=DURATION
// (sent with 429 and 503), pace=DURATION (of slow, 100ms if not set), seed=NUMBER (which requests are hit), script=FILE.
//
// Which requests are hit depends on the seed, on the request and on how often this very request has come, and on nothing
// else: not on the order in which requests arrive. A request that is sent again may succeed. Content faults concern chat
// completions only; one that cannot be made, such as a rating out of scale where nothing is rated, is left out.
//
// # Scripts
//
// A script says exactly what happens to which request. It has one JSON object to a line; empty lines and lines that begin
// with # are passed over. Of the lines that fit a request the first counts, and rates are for requests that none fits.
//
//	{"match": "9 times 9", "do": "empty"}
//	{"match": "Fractions", "try": [1, 2], "do": "429", "retry_after": "1s"}
//	{"nth": 100, "do": "reset"}
//	{"match": "capital of France", "do": "reply", "text": "Paris."}
//	{"match": "\"model\":\"ministral", "do": "answer", "status": 418, "body": "{}", "headers": {"Server": "teapot"}}
//
//	match         regular expression; sought in the request's body as it was sent and in the text of its messages
//	nth           which of the requests that match are meant, counted from 1 in the order of arrival: a number or a list;
//	              requests that a line above has taken do not count
//	try           which time that this very request comes, from 1: a number or a list
//	do            a fault of the list above; ok for a faultless reply; reply for a reply with the content in text;
//	              answer for the status, the body and the headers that are given
//	retry_after   the Retry-After header, a duration
//	delay         how long to wait first, a duration
package simulate
