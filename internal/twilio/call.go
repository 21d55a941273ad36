package twilio

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/twilio/twilio-go/client"
	api "github.com/twilio/twilio-go/rest/api/v2010"
)

// call is one request to Twilio, and what came of it: the library's BaseClient for that request. The
// library shortens what it saw, so the answer is kept here.
type call struct {
	ctx     context.Context
	client  *Client
	account Account
	// expired, if not nil, is asked before the first byte is written.
	expired func() bool
	answer  answer
}

// answer is all that is known after a call.
type answer struct {
	err    error // no whole answer came
	wrote  bool  // a byte of the request may have left
	status int
	header http.Header
	body   []byte
	fault  fault // of a 4xx or 5xx with Twilio's JSON
}

// fault is Twilio's JSON of an error.
type fault struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	Status  int    `json:"status"`
}

// Error is a refusal of Twilio's, or an answer that is not Twilio's.
type Error struct {
	HTTPStatus int
	Code       int    // Twilio's number, 0 if there was none
	Message    string // Twilio's words
}

func (e *Error) Error() string {
	if e.Code == 0 {
		return fmt.Sprintf("the carrier answered with HTTP status %d", e.HTTPStatus)
	}
	return fmt.Sprintf("%s (%d)", e.Message, e.Code)
}

const (
	longestMessage = 64 << 10 // an answer about one thing has some 1 to 2 KB
	longestList    = 4 << 20  // a page of a list has at most 1000 of them
)

// service is the library's API bound to this call.
func (c *call) service() *api.ApiService {
	// Not NewRequestHandler, which lets environment variables choose another host.
	return api.NewApiService(&client.RequestHandler{Client: c})
}

// AccountSid, SetTimeout, SetOauth and OAuth make a call a client.BaseClient.
func (c *call) AccountSid() string { return c.account.SID }

// SetTimeout does nothing: the call's context limits it.
func (c *call) SetTimeout(time.Duration) {}

// SetOauth does nothing: a call carries its account's token.
func (c *call) SetOauth(client.OAuth) {}

// OAuth is nil, see SetOauth.
func (c *call) OAuth() client.OAuth { return nil }

// SendRequest makes the request, once. It returns an error unless the answer is a whole 2xx.
func (c *call) SendRequest(method, address string, data url.Values, headers map[string]any, body ...byte) (*http.Response, error) {
	req, err := c.request(method, address, data)
	if err != nil {
		c.answer = answer{err: err}
		return nil, err
	}
	var watch probe
	req = req.WithContext(watch.trace(c.ctx, c.expired))
	res, err := c.client.http.Do(req)
	if err != nil {
		c.answer = answer{err: withoutAddress(err), wrote: watch.wrote()}
		return nil, c.answer.err
	}
	defer res.Body.Close()
	c.answer = read(res, method)
	if err := c.answer.failure(); err != nil {
		return nil, err
	}
	res.Body = io.NopCloser(bytes.NewReader(c.answer.body))
	return res, nil
}

func (c *call) request(method, address string, data url.Values) (*http.Request, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("read the address of a call: %w", err)
	}
	base, err := c.client.base(c.account)
	if err != nil {
		return nil, err
	}
	u.Scheme, u.Host = base.Scheme, base.Host
	u.Path = strings.TrimRight(base.Path, "/") + u.Path
	var form io.Reader
	if method == http.MethodPost {
		form = strings.NewReader(data.Encode())
	} else {
		u.RawQuery = data.Encode()
	}
	req, err := http.NewRequest(method, u.String(), form)
	if err != nil {
		return nil, fmt.Errorf("prepare a call: %w", err)
	}
	req.GetBody = nil // with it the transport would repeat a request whose connection broke
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "parley twilio-go/"+client.LibraryVersion)
	req.SetBasicAuth(c.account.SID, c.account.Token)
	return req, nil
}

func read(res *http.Response, method string) answer {
	a := answer{wrote: true, status: res.StatusCode, header: res.Header}
	longest := int64(longestMessage)
	if method == http.MethodGet {
		longest = longestList
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, longest+1))
	switch {
	case err != nil:
		a.err = fmt.Errorf("read the answer: %w", withoutAddress(err))
	case int64(len(body)) > longest:
		a.err = errors.New("read the answer: it is too long")
	default:
		a.body = body
	}
	if a.status >= 400 && json.Unmarshal(a.body, &a.fault) != nil {
		a.fault = fault{}
	}
	return a
}

// failure is the error of an answer that is no whole 2xx.
func (a answer) failure() error {
	switch {
	case a.err != nil:
		return a.err
	case a.status < 200 || a.status > 299:
		return &Error{HTTPStatus: a.status, Code: a.fault.Code, Message: a.fault.Message}
	}
	return nil
}

// refused says whether the answer is Twilio's own refusal, not that of something on the way.
func (a answer) refused() bool {
	return a.err == nil && a.status >= 400 && a.status < 500 && a.fault.Code > 0 && a.fault.Message != "" &&
		(a.fault.Status == 0 || a.fault.Status == a.status)
}

// retryAfter is the carrier's wish, in seconds or as a date; 0 if there is none. It is believed up to
// an hour.
func (a answer) retryAfter() time.Duration {
	text := a.header.Get("Retry-After")
	var wait time.Duration
	if s, err := strconv.Atoi(text); err == nil {
		wait = time.Duration(s) * time.Second
	} else if at, err := http.ParseTime(text); err == nil {
		wait = time.Until(at)
	}
	return min(max(wait, 0), time.Hour)
}

// withoutAddress takes the address out of the transport's error: it may be shown to people, and names
// the account.
func withoutAddress(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}
