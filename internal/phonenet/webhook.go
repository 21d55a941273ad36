package phonenet

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sort"
	"strconv"
	"strings"
	"time"
)

// Twilio's limits for webhooks.
const (
	connectWithin = 5 * time.Second
	answerWithin  = 15 * time.Second
	longestTwiML  = 64 << 10
)

func webhookClient(options Options) *http.Client {
	transport := options.Transport
	if transport == nil {
		transport = &http.Transport{
			DialContext:           (&net.Dialer{Timeout: connectWithin}).DialContext,
			TLSHandshakeTimeout:   connectWithin,
			ResponseHeaderTimeout: answerWithin,
			MaxIdleConnsPerHost:   options.Workers,
			IdleConnTimeout:       30 * time.Second,
			DisableCompression:    true,
		}
	}
	return &http.Client{
		Transport:     transport,
		Timeout:       connectWithin + answerWithin,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Sign computes X-Twilio-Signature of a webhook: base64 of HMAC-SHA1 over the
// address followed by each parameter's name and value, sorted by name
// (https://www.twilio.com/docs/usage/security). Values of one name keep their
// order.
func Sign(token, address string, form url.Values) string {
	names := make([]string, 0, len(form))
	for name := range form {
		names = append(names, name)
	}
	sort.Strings(names)
	mac := hmac.New(sha1.New, []byte(token))
	io.WriteString(mac, address)
	for _, name := range names {
		for _, value := range form[name] {
			io.WriteString(mac, name)
			io.WriteString(mac, value)
		}
	}
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// webhook is a parcel as it is posted.
type webhook struct {
	message *message
	status  Status // StatusNone: an inbound text
	form    url.Values
}

// hook is an address of the program and how to call it.
type hook struct {
	method, url string
	token       string
	attempt     uint8
}

// outcome of one attempt to reach the program.
type outcome struct {
	http        int // 0: no answer
	contentType string
	body        []byte
	err         error
}

func (o outcome) ok() bool { return o.err == nil && o.http >= 200 && o.http < 300 }

// connectionFailed tells whether Twilio would try the same address once more:
// the program was not reached, or hung up. A slow program is not called again.
func (o outcome) connectionFailed() bool {
	if o.err == nil {
		return false
	}
	var dial *net.OpError
	if errors.As(o.err, &dial) && dial.Op == "dial" {
		return true
	}
	var slow net.Error
	return !(errors.As(o.err, &slow) && slow.Timeout()) && !errors.Is(o.err, context.Canceled)
}

// deliver carries one parcel: the address, once more if the connection failed,
// and for inbound texts the fallback address once.
func (n *Network) deliver(ctx context.Context, m *message, p parcel) {
	main, fallback := n.hooks(m, p)
	w := webhook{message: m, status: p.status, form: webhookForm(m, p)}
	out := n.call(ctx, w, main)
	if out.connectionFailed() {
		main.attempt = attemptRetry
		out = n.call(ctx, w, main)
	}
	if !p.inbound || ctx.Err() != nil {
		return
	}
	code := n.obeyTwiML(m, out)
	if code != 0 && fallback.url != "" {
		w.form.Set("ErrorCode", strconv.Itoa(code))
		w.form.Set("ErrorUrl", main.url)
		code = n.obeyTwiML(m, n.call(ctx, w, fallback))
	}
	n.acknowledge(m, code)
}

// hooks are the addresses for a parcel and the token that signs it.
func (n *Network) hooks(m *message, p parcel) (main, fallback hook) {
	n.mu.Lock()
	defer n.mu.Unlock()
	main = hook{method: http.MethodPost, url: m.callback, token: m.account.token, attempt: attemptFirst}
	if num := n.numbers[m.to]; p.inbound && num != nil {
		main.method = num.SMSMethod
		fallback = hook{num.SMSFallbackMethod, num.SMSFallbackURL, m.account.token, attemptFallback}
	}
	return main, fallback
}

// call makes one attempt and logs it.
func (n *Network) call(ctx context.Context, w webhook, to hook) outcome {
	began := time.Now()
	out := n.post(ctx, w, to)
	e := event{
		kind: KindWebhook, message: w.message, status: w.status, attempt: to.attempt,
		http: uint16(out.http), took: int32(time.Since(began).Microseconds()),
	}
	if out.err != nil {
		e.note = out.err.Error()
	}
	if to.attempt == attemptFallback {
		e.note = to.url
	}
	if !out.ok() {
		n.options.Logger.Warn("webhook failed", "url", to.url, "sid", w.message.sid, "http", out.http, "err", out.err)
	}
	n.mu.Lock()
	n.recordLocked(e)
	n.mu.Unlock()
	return out
}

// post sends the form, signed as Twilio signs it.
func (n *Network) post(ctx context.Context, w webhook, to hook) outcome {
	address, body, signed := to.url, w.form.Encode(), w.form
	if to.method == http.MethodGet {
		joint := "?"
		if strings.Contains(address, "?") {
			joint = "&"
		}
		address, body, signed = address+joint+body, "", nil
	}
	req, err := http.NewRequestWithContext(ctx, to.method, address, strings.NewReader(body))
	if err != nil {
		return outcome{err: err}
	}
	if to.method != http.MethodGet {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
	}
	req.Header.Set("User-Agent", "TwilioProxy/1.1")
	req.Header.Set("Accept", "*/*")
	req.Header.Set("X-Twilio-Signature", Sign(to.token, address, signed))
	req.Header.Set("I-Twilio-Idempotency-Token", fmt.Sprintf("%016x-%d", uint64(w.message.draw), to.attempt))
	res, err := n.client.Do(req)
	if err != nil {
		return outcome{err: err}
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, longestTwiML))
	return outcome{http: res.StatusCode, contentType: res.Header.Get("Content-Type"), body: answer, err: err}
}
