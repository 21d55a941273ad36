package twilio

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/twilio/twilio-go/client"
	api "github.com/twilio/twilio-go/rest/api/v2010"

	"parley/internal/postgres"
	"parley/internal/sms"
)

// Search is what a number to rent should be like.
type Search struct {
	Country  string // ISO 3166-1, "US"
	AreaCode string // three digits; empty: any
	Contains string // digits or letters of a keypad, * for any; empty: any
	Limit    int    // default 20
}

// Offer is a number that can be rented.
type Offer struct {
	Phone    sms.Phone
	Locality string
	Region   string
}

// Available searches the inventory for numbers that can text.
func (c *Client) Available(ctx context.Context, org postgres.OrgID, s Search) ([]Offer, error) {
	call, err := c.call(ctx, org)
	if err != nil {
		return nil, err
	}
	params := &api.ListAvailablePhoneNumberLocalParams{}
	params.SetSmsEnabled(true)
	if s.AreaCode != "" {
		code, err := strconv.Atoi(s.AreaCode)
		if err != nil || code < 200 || code > 999 {
			return nil, fmt.Errorf("search numbers: %q is no area code", s.AreaCode)
		}
		params.SetAreaCode(code)
	}
	if s.Contains != "" {
		params.SetContains(s.Contains)
	}
	if s.Limit <= 0 {
		s.Limit = 20
	}
	params.SetPageSize(s.Limit)
	page, err := call.service().PageAvailablePhoneNumberLocal(s.Country, params, "", "")
	if err != nil {
		return nil, fmt.Errorf("search numbers: %w", err)
	}
	var offers []Offer
	for _, n := range page.AvailablePhoneNumbers {
		offers = append(offers, Offer{sms.Phone(value(n.PhoneNumber)), value(n.Locality), value(n.Region)})
	}
	return offers, nil
}

// Buy rents a number, with its webhooks registered, and returns Twilio's id of it. It costs money.
// When the answer is lost the number may be ours: Find tells.
func (c *Client) Buy(ctx context.Context, org postgres.OrgID, phone sms.Phone) (sid string, err error) {
	call, err := c.call(ctx, org)
	if err != nil {
		return "", err
	}
	params := &api.CreateIncomingPhoneNumberParams{}
	params.SetPhoneNumber(string(phone)).SetSmsUrl(c.public + MessagesPath).SetSmsMethod(http.MethodPost)
	params.SetSmsFallbackUrl(c.public + MessagesPath).SetSmsFallbackMethod(http.MethodPost)
	params.SetStatusCallback(c.public + StatusPath).SetStatusCallbackMethod(http.MethodPost)
	number, err := call.service().CreateIncomingPhoneNumber(params)
	if err != nil {
		return "", fmt.Errorf("rent %s: %w", phone, err)
	}
	return numberSID(number)
}

// Find returns Twilio's id of a number that the account has, or postgres.ErrNotFound.
func (c *Client) Find(ctx context.Context, org postgres.OrgID, phone sms.Phone) (sid string, err error) {
	call, err := c.call(ctx, org)
	if err != nil {
		return "", err
	}
	params := &api.ListIncomingPhoneNumberParams{}
	params.SetPhoneNumber(string(phone))
	page, err := call.service().PageIncomingPhoneNumber(params, "", "")
	if err != nil {
		return "", fmt.Errorf("find %s: %w", phone, err)
	}
	for _, n := range page.IncomingPhoneNumbers {
		if value(n.PhoneNumber) == string(phone) {
			return numberSID(&n)
		}
	}
	return "", fmt.Errorf("find %s in the carrier account: %w", phone, postgres.ErrNotFound)
}

// Register makes Twilio bring the number's texts and statuses here. Twice is as good as once.
func (c *Client) Register(ctx context.Context, org postgres.OrgID, sid string) error {
	call, err := c.call(ctx, org)
	if err != nil {
		return err
	}
	params := &api.UpdateIncomingPhoneNumberParams{}
	params.SetSmsUrl(c.public + MessagesPath).SetSmsMethod(http.MethodPost)
	params.SetSmsFallbackUrl(c.public + MessagesPath).SetSmsFallbackMethod(http.MethodPost)
	params.SetStatusCallback(c.public + StatusPath).SetStatusCallbackMethod(http.MethodPost)
	if _, err := call.service().UpdateIncomingPhoneNumber(sid, params); err != nil {
		return fmt.Errorf("register the webhooks of number %s: %w", sid, err)
	}
	return nil
}

// Release gives the number back. One that the account does not have any more is released already.
func (c *Client) Release(ctx context.Context, org postgres.OrgID, sid string) error {
	call, err := c.call(ctx, org)
	if err != nil {
		return err
	}
	err = call.service().DeleteIncomingPhoneNumber(sid, nil)
	if refused, ok := errors.AsType[*Error](err); ok && refused.HTTPStatus == http.StatusNotFound {
		return nil
	}
	if err != nil {
		return fmt.Errorf("release number %s: %w", sid, err)
	}
	return nil
}

// VerifyAccount asks Twilio whether the SID and token of an account that is to be connected belong
// together, and returns the account's name. An account that is suspended or closed is an error.
func (c *Client) VerifyAccount(ctx context.Context, account Account) (name string, err error) {
	if !accountSID.MatchString(account.SID) {
		return "", errors.New("verify a carrier account: an account SID is AC and 32 hexadecimal digits")
	}
	call := &call{ctx: ctx, client: c, account: account}
	found, err := call.service().FetchAccount(account.SID)
	if err != nil {
		return "", fmt.Errorf("verify a carrier account: %w", err)
	}
	if status := value(found.Status); status != "active" {
		return "", fmt.Errorf("verify a carrier account: it is %s", status)
	}
	return value(found.FriendlyName), nil
}

func numberSID(n *api.ApiV2010IncomingPhoneNumber) (string, error) {
	if sid := value(n.Sid); sid != "" {
		return sid, nil
	}
	return "", errors.New("read the answer about a number: it has no id")
}

var _ client.BaseClient = (*call)(nil)
