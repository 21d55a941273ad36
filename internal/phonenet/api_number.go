package phonenet

import (
	"net/http"
	"net/url"
	"strings"
)

// numberJSON is Twilio's IncomingPhoneNumber resource.
type numberJSON struct {
	SID                  string          `json:"sid"`
	AccountSID           string          `json:"account_sid"`
	FriendlyName         string          `json:"friendly_name"`
	PhoneNumber          string          `json:"phone_number"`
	Origin               string          `json:"origin"`
	Type                 string          `json:"type"`
	Status               string          `json:"status"`
	Beta                 bool            `json:"beta"`
	Capabilities         map[string]bool `json:"capabilities"`
	SMSURL               string          `json:"sms_url"`
	SMSMethod            string          `json:"sms_method"`
	SMSFallbackURL       string          `json:"sms_fallback_url"`
	SMSFallbackMethod    string          `json:"sms_fallback_method"`
	SMSApplicationSID    string          `json:"sms_application_sid"`
	StatusCallback       string          `json:"status_callback"`
	StatusCallbackMethod string          `json:"status_callback_method"`
	VoiceURL             *string         `json:"voice_url"`
	VoiceMethod          string          `json:"voice_method"`
	VoiceReceiveMode     string          `json:"voice_receive_mode"`
	VoiceCallerIDLookup  bool            `json:"voice_caller_id_lookup"`
	AddressRequirements  string          `json:"address_requirements"`
	AddressSID           *string         `json:"address_sid"`
	IdentitySID          *string         `json:"identity_sid"`
	BundleSID            *string         `json:"bundle_sid"`
	TrunkSID             *string         `json:"trunk_sid"`
	EmergencyStatus      string          `json:"emergency_status"`
	DateCreated          string          `json:"date_created"`
	DateUpdated          string          `json:"date_updated"`
	APIVersion           string          `json:"api_version"`
	URI                  string          `json:"uri"`
}

func (num *number) resourceLocked() numberJSON {
	return numberJSON{
		SID: num.SID, AccountSID: num.account.sid, FriendlyName: num.FriendlyName, PhoneNumber: num.Phone,
		Origin: "twilio", Type: "local", Status: "in-use", Capabilities: capabilities(),
		SMSURL: num.SMSURL, SMSMethod: num.SMSMethod, SMSFallbackURL: num.SMSFallbackURL,
		SMSFallbackMethod: num.SMSFallbackMethod, StatusCallback: num.StatusCallback,
		StatusCallbackMethod: num.StatusCallbackMethod, VoiceMethod: "POST", VoiceReceiveMode: "voice",
		AddressRequirements: "none", EmergencyStatus: "Inactive", APIVersion: apiVersion,
		DateCreated: rfc2822(num.created.UnixNano()), DateUpdated: rfc2822(num.changed.UnixNano()),
		URI: "/2010-04-01/Accounts/" + num.account.sid + "/IncomingPhoneNumbers/" + num.SID + ".json",
	}
}

func capabilities() map[string]bool {
	return map[string]bool{"voice": true, "sms": true, "mms": true, "fax": false}
}

func (n *Network) listNumbers(c *call) (int, any, *refusal) {
	page, refused := readPage(c.form)
	if refused != nil {
		return 0, nil, refused
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	phone, name := c.form.Get("PhoneNumber"), c.form.Get("FriendlyName")
	out, more, skip := []numberJSON{}, false, int(page.before)
	for i, num := range c.account.numbers {
		if i < skip || !strings.Contains(num.Phone, phone) || name != "" && name != num.FriendlyName {
			continue
		}
		if more = len(out) == page.size; more {
			break
		}
		out = append(out, num.resourceLocked())
		page.last = uint64(i + 1)
	}
	return http.StatusOK, struct {
		pageJSON
		Numbers []numberJSON `json:"incoming_phone_numbers"`
	}{page.json(c.URL, len(out), more), out}, nil
}

// createNumber buys a number by itself or by area code. Every number that
// nobody owns can be bought, whether it was offered or not.
func (n *Network) createNumber(c *call) (int, any, *refusal) {
	phone := c.form.Get("PhoneNumber")
	n.mu.Lock()
	defer n.mu.Unlock()
	if area := c.form.Get("AreaCode"); phone == "" && area != "" {
		offers := n.availableLocked(availableFilter{area: area, limit: 1})
		if len(offers) == 0 {
			return 0, nil, refuse(21452, "No phone numbers found in area code %s", area)
		}
		phone = offers[0]
	}
	switch {
	case phone == "":
		return 0, nil, refuse(21421, "PhoneNumber is required to buy a number.")
	case !isE164(phone) || !strings.HasPrefix(phone, "+1"):
		return 0, nil, refuse(21421, "%s is not a valid number", phone)
	case n.numbers[phone] != nil:
		return 0, nil, refuse(21422, "%s is not available.", phone)
	}
	settings := NumberEntry{Phone: phone, FriendlyName: national(phone), SMSMethod: "POST", SMSFallbackMethod: "POST", StatusCallbackMethod: "POST"}
	if refused := settings.change(c.form); refused != nil {
		return 0, nil, refused
	}
	num := n.newNumberLocked(c.account, phone)
	settings.Account = c.account.sid
	num.NumberEntry = settings
	n.recordNumberLocked(num)
	return http.StatusCreated, num.resourceLocked(), nil
}

// change takes over the settings that a form names.
func (s *NumberEntry) change(form url.Values) *refusal {
	next := *s
	for name, into := range map[string]*string{
		"FriendlyName": &next.FriendlyName, "SmsUrl": &next.SMSURL, "SmsMethod": &next.SMSMethod,
		"SmsFallbackUrl": &next.SMSFallbackURL, "SmsFallbackMethod": &next.SMSFallbackMethod,
		"StatusCallback": &next.StatusCallback, "StatusCallbackMethod": &next.StatusCallbackMethod,
	} {
		values, named := form[name]
		if !named || len(values) == 0 {
			continue
		}
		value := values[0]
		switch {
		case strings.HasSuffix(name, "Method") && value != http.MethodGet && value != http.MethodPost:
			return refuse(21403, "%s must be GET or POST", name)
		case (strings.HasSuffix(name, "Url") || name == "StatusCallback") && value != "" && !isWebURL(value):
			return refuse(21502, "%s is not valid: %s", name, value)
		}
		*into = value
	}
	*s = next
	return nil
}

// numberLocked finds the number that the path names in the caller's account.
func (n *Network) numberLocked(c *call) (*number, *refusal) {
	sid := strings.TrimSuffix(c.PathValue("sid"), ".json")
	for _, num := range c.account.numbers {
		if num.SID == sid {
			return num, nil
		}
	}
	return nil, notFound(c.URL.Path)
}

func (n *Network) fetchNumber(c *call) (int, any, *refusal) {
	n.mu.Lock()
	defer n.mu.Unlock()
	num, refused := n.numberLocked(c)
	if refused != nil {
		return 0, nil, refused
	}
	return http.StatusOK, num.resourceLocked(), nil
}

func (n *Network) updateNumber(c *call) (int, any, *refusal) {
	n.mu.Lock()
	defer n.mu.Unlock()
	num, refused := n.numberLocked(c)
	if refused == nil {
		refused = num.change(c.form)
	}
	if refused != nil {
		return 0, nil, refused
	}
	n.recordNumberLocked(num)
	return http.StatusOK, num.resourceLocked(), nil
}

func (n *Network) deleteNumber(c *call) (int, any, *refusal) {
	n.mu.Lock()
	defer n.mu.Unlock()
	num, refused := n.numberLocked(c)
	if refused != nil {
		return 0, nil, refused
	}
	n.releaseLocked(num)
	return http.StatusNoContent, nil, nil
}
