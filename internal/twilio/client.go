package twilio

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"parley/internal/dispatch"
	"parley/internal/postgres"
	"parley/internal/sms"
)

var accountSID = regexp.MustCompile(`^AC[0-9a-f]{32}$`)

// Where the program answers Twilio, below its public address.
const (
	MessagesPath = "/twilio/messages"
	StatusPath   = "/twilio/status"
)

// Options of a Client.
type Options struct {
	// PublicURL is where Twilio reaches the program, as "https://texts.example.edu".
	PublicURL string
	// APIURL is Twilio's address; default https://api.twilio.com.
	APIURL string
	// SimulatedURL is the address of the simulated phone network, for simulated accounts only. Empty:
	// there is none, and nothing of a simulated account is sent.
	SimulatedURL string
	// InFlight is the sender's limit, for the size of the pool of connections; default 64.
	InFlight int
}

// Client talks to Twilio. It implements dispatch.Carrier.
type Client struct {
	vault     *Vault
	public    string
	api       *url.URL
	simulated *url.URL // nil: none
	http      *http.Client
}

// NewClient returns a client for the accounts of the vault.
func NewClient(vault *Vault, options Options) (*Client, error) {
	if options.InFlight <= 0 {
		options.InFlight = 64
	}
	if options.APIURL == "" {
		options.APIURL = "https://api.twilio.com"
	}
	c := &Client{vault: vault, public: strings.TrimRight(options.PublicURL, "/")}
	var err error
	if _, err = webAddress("public", options.PublicURL); err != nil {
		return nil, err
	}
	if c.api, err = webAddress("Twilio", options.APIURL); err != nil {
		return nil, err
	}
	if options.SimulatedURL != "" {
		if c.simulated, err = webAddress("simulated network's", options.SimulatedURL); err != nil {
			return nil, err
		}
	}
	c.http = &http.Client{
		Transport:     newTransport(options.InFlight),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return c, nil
}

func webAddress(whose, text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("read the %s address %q: want something like https://host", whose, text)
	}
	return u, nil
}

// Close closes the connections that are at rest.
func (c *Client) Close() { c.http.CloseIdleConnections() }

func (c *Client) base(a Account) (*url.URL, error) {
	if !a.Simulated {
		return c.api, nil
	}
	if c.simulated == nil {
		return nil, errors.New("the account is simulated and there is no simulated phone network")
	}
	return c.simulated, nil
}

// call prepares a request with the organization's credentials.
func (c *Client) call(ctx context.Context, org postgres.OrgID) (*call, error) {
	account, err := c.vault.Account(ctx, org)
	if err != nil {
		return nil, err
	}
	return &call{ctx: ctx, client: c, account: account}, nil
}

// Post hands a text to Twilio.
func (c *Client) Post(ctx context.Context, text dispatch.Text) dispatch.Outcome {
	call, err := c.call(ctx, text.Org)
	if err != nil {
		return dispatch.Outcome{Kind: dispatch.NotSent, Detail: err.Error()}
	}
	call.expired = text.Expired
	// The library's error says less than the answer, which the call has kept.
	_, _ = call.service().CreateMessage(c.params(text))
	return call.answer.outcome()
}

// List reads the texts that went out, newest first.
func (c *Client) List(ctx context.Context, q dispatch.Query) ([]dispatch.Listed, error) {
	var out []dispatch.Listed
	err := c.eachMessage(ctx, q, func(m message) {
		if m.outbound {
			out = append(out, m.Listed)
		}
	})
	return out, err
}

// Inbound is a text in Twilio's list that came in.
type Inbound struct {
	SID     string
	From    sms.Phone
	To      sms.Phone
	Body    string
	Media   int // how many pictures or files came with it
	Created time.Time
}

// ListInbound reads the texts that came in for a number since a time, newest first: what webhooks should
// have told.
func (c *Client) ListInbound(ctx context.Context, org postgres.OrgID, number sms.Phone, since time.Time) ([]Inbound, error) {
	var out []Inbound
	err := c.eachMessage(ctx, dispatch.Query{Org: org, To: number, Since: since}, func(m message) {
		if m.inbound {
			out = append(out, Inbound{SID: m.SID, From: m.From, To: m.To, Body: m.Body, Media: m.media, Created: m.Created})
		}
	})
	return out, err
}

// Fetch reads what Twilio has under the SID of a text. One that it does not know, or keeps no more, is
// dispatch.ErrNoText.
func (c *Client) Fetch(ctx context.Context, org postgres.OrgID, sid string) (dispatch.Listed, error) {
	if !messageSID.MatchString(sid) {
		return dispatch.Listed{}, dispatch.ErrNoText
	}
	call, err := c.call(ctx, org)
	if err != nil {
		return dispatch.Listed{}, err
	}
	found, err := call.service().FetchMessage(sid, nil)
	if refused, ok := errors.AsType[*Error](err); ok && refused.HTTPStatus == http.StatusNotFound && refused.Code != 0 {
		return dispatch.Listed{}, dispatch.ErrNoText
	}
	if err != nil {
		return dispatch.Listed{}, fmt.Errorf("fetch a text: %w", err)
	}
	text, ok := readMessage(*found)
	if !ok || text.SID != sid {
		return dispatch.Listed{}, errors.New("fetch a text: the answer is not whole")
	}
	return text.Listed, nil
}
