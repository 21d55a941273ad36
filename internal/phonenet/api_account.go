package phonenet

import (
	"net/http"
	"strings"
	"time"
)

// accountJSON is Twilio's Account resource.
type accountJSON struct {
	SID             string            `json:"sid"`
	AuthToken       string            `json:"auth_token"`
	FriendlyName    string            `json:"friendly_name"`
	OwnerAccountSID string            `json:"owner_account_sid"`
	Status          string            `json:"status"`
	Type            string            `json:"type"`
	DateCreated     string            `json:"date_created"`
	DateUpdated     string            `json:"date_updated"`
	URI             string            `json:"uri"`
	SubresourceURIs map[string]string `json:"subresource_uris"`
}

func (acc *account) resourceLocked() accountJSON {
	uri := "/2010-04-01/Accounts/" + acc.sid
	out := accountJSON{
		SID: acc.sid, AuthToken: acc.token, FriendlyName: acc.name, OwnerAccountSID: acc.sid, Status: "active", Type: "Full",
		DateCreated: rfc2822(acc.created.UnixNano()), DateUpdated: rfc2822(acc.changed.UnixNano()), URI: uri + ".json",
		SubresourceURIs: map[string]string{
			"messages":               uri + "/Messages.json",
			"incoming_phone_numbers": uri + "/IncomingPhoneNumbers.json",
		},
	}
	if acc.trial {
		out.Type = "Trial"
	}
	if acc.inactive {
		out.Status = "suspended"
	}
	return out
}

func (n *Network) fetchAccount(c *call) (int, any, *refusal) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return http.StatusOK, c.account.resourceLocked(), nil
}

// updateAccount changes the name or suspends the account. A suspended account
// is opened again with AddAccount, as support staff would.
func (n *Network) updateAccount(c *call) (int, any, *refusal) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if name := c.form.Get("FriendlyName"); name != "" {
		c.account.name = name
	}
	switch status := c.form.Get("Status"); status {
	case "", "active":
	case "suspended":
		c.account.inactive = true
	default:
		return 0, nil, refuse(20001, "Invalid Status %s", status)
	}
	c.account.changed = time.Now()
	return http.StatusOK, c.account.resourceLocked(), nil
}

// lookUp is Lookup v2 with the one field that a sender of texts needs.
func (n *Network) lookUp(c *call) (int, any, *refusal) {
	phone := c.PathValue("phone")
	if !strings.HasPrefix(phone, "+") {
		phone = "+1" + phone
	}
	out := map[string]any{
		"phone_number": phone, "valid": isE164(phone), "validation_errors": []string{}, "national_format": national(phone),
		"country_code": nil, "calling_country_code": nil, "line_type_intelligence": nil, "url": "https://lookups.twilio.com" + c.URL.Path,
	}
	if !isE164(phone) {
		out["validation_errors"] = []string{"INVALID_LENGTH"}
		return http.StatusOK, out, nil
	}
	if at := placeOf(phone); at.country != "" {
		out["country_code"], out["calling_country_code"] = at.country, "1"
	}
	if strings.Contains(c.form.Get("Fields"), "line_type_intelligence") {
		out["line_type_intelligence"] = n.lineType(phone)
	}
	return http.StatusOK, out, nil
}

func (n *Network) lineType(phone string) map[string]any {
	n.mu.Lock()
	defer n.mu.Unlock()
	kind, carrier := "mobile", "Simulated Wireless"
	if n.handsetLocked(phone).Kind == Landline {
		kind, carrier = "landline", "Simulated Telephone"
	}
	return map[string]any{
		"type": kind, "carrier_name": carrier, "mobile_country_code": "311", "mobile_network_code": "000", "error_code": nil,
	}
}
