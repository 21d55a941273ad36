package phonenet

import (
	"errors"
	"fmt"
	"math"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// formFunc does what a form asks. It may change back, the query of the page
// shown next. An error is shown on the page, with what was typed.
type formFunc func(r *http.Request, back url.Values) error

// form makes a handler that redirects to the page, or shows it with what is
// wrong.
func (n *Network) form(act formFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, longestControl)
		if err := r.ParseForm(); err != nil {
			http.Error(w, "the form cannot be read", http.StatusBadRequest)
			return
		}
		back := backTo(r.PostForm)
		if err := act(r, back); err != nil {
			view := n.phonesView(back)
			view.Problem, view.Typed = sentence(err), r.PostForm
			view.Root = root(r.URL.Path)
			writePage(w, http.StatusUnprocessableEntity, "phones", view)
			return
		}
		w.Header().Set("Location", root(r.URL.Path)+"?"+back.Encode())
		w.WriteHeader(http.StatusSeeOther)
	}
}

// root leads from a path back to the page, wherever it is mounted.
func root(at string) string {
	return "./" + strings.Repeat("../", strings.Count(at, "/")-1)
}

// sentence writes an error for people.
func sentence(err error) string {
	switch {
	case errors.Is(err, ErrNotAPhone):
		return "That is not a phone number. A US number has 10 digits, like 208 555 0173."
	case errors.Is(err, ErrCannotText):
		return "This phone cannot send texts. Make it a smartphone or a keypad phone first."
	}
	text := err.Error()
	if _, rest, ok := strings.Cut(text, ": "); ok {
		text = rest
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

// readPhone takes the ways people of the United States write numbers.
func readPhone(text string) (string, error) {
	digits := strings.Map(onlyDigits, text)
	if !strings.HasPrefix(strings.TrimSpace(text), "+") {
		if len(digits) == 10 {
			digits = "1" + digits
		} else if len(digits) != 11 || digits[0] != '1' {
			return "", fmt.Errorf("read phone %q: %w", text, ErrNotAPhone)
		}
	}
	phone := "+" + digits
	if !isE164(phone) {
		return "", fmt.Errorf("read phone %q: %w", text, ErrNotAPhone)
	}
	return phone, nil
}

func (n *Network) postHandset(r *http.Request, back url.Values) error {
	phone, err := readPhone(r.PostForm.Get("phone"))
	if err != nil {
		return err
	}
	p := n.Handset(phone).Profile()
	p.OnDesk = true
	readProfile(r.PostForm, &p)
	if err := n.Handset(phone).Describe(p); err != nil {
		return err
	}
	back.Set("phone", phone)
	back.Del("with")
	return nil
}

func (n *Network) postProfile(r *http.Request, _ url.Values) error {
	phone := r.PathValue("phone")
	if !isE164(phone) {
		return ErrNotAPhone
	}
	p := n.Handset(phone).Profile()
	readProfile(r.PostForm, &p)
	return n.Handset(phone).Describe(p)
}

// readProfile takes what the form names. A checkbox that is off is not sent,
// so a hidden field says that it was asked.
func readProfile(form url.Values, p *Profile) {
	if form.Has("name") {
		p.Name = strings.TrimSpace(form.Get("name"))
	}
	if kind := form.Get("kind"); kind != "" {
		p.Kind = HandsetKind(kind)
	}
	if colour := form.Get("colour"); colour != "" {
		p.Colour = colour
	}
	if form.Has("asks_dark") {
		p.Dark = form.Get("dark") == "on"
	}
	if form.Has("on_desk") {
		p.OnDesk = form.Get("on_desk") == "yes"
	}
}

// postText sends a text from a handset, for a form and otherwise for JSON
// {"to": "+1...", "body": "...", "media": ["https://..."]}.
func (n *Network) postText(w http.ResponseWriter, r *http.Request) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "application/x-www-form-urlencoded" {
		r.Body = http.MaxBytesReader(w, r.Body, longestControl)
		writeControl(w, r, n.sendJSON)
		return
	}
	n.form(func(r *http.Request, _ url.Values) error {
		_, err := n.Handset(r.PathValue("phone")).Send(r.Context(), r.PostForm.Get("to"), strings.TrimSpace(r.PostForm.Get("body")))
		return err
	})(w, r)
}

func (n *Network) sendJSON(r *http.Request) (any, error) {
	var body struct {
		To    string   `json:"to"`
		Body  string   `json:"body"`
		Media []string `json:"media"`
	}
	if err := readJSON(r, &body); err != nil {
		return nil, err
	}
	return n.Handset(r.PathValue("phone")).SendMedia(r.Context(), body.To, body.Body, body.Media...)
}

// postFaults takes the strip of sliders and the list of knobs: shares in
// percent, times in seconds.
func (n *Network) postFaults(r *http.Request, _ url.Values) error {
	f := n.Faults()
	for _, k := range shareKnobs {
		if err := readNumber(r.PostForm, k.key, func(v float64) { *k.of(&f) = v / 100 }); err != nil {
			return err
		}
	}
	seconds := func(into *time.Duration) func(float64) {
		return func(v float64) { *into = time.Duration(v * float64(time.Second)) }
	}
	err := errors.Join(
		readNumber(r.PostForm, "speed", func(v float64) { f.Speed = v }),
		readNumber(r.PostForm, "travel", func(v float64) { f.Travel = Span{}; seconds(&f.Travel.Max)(v) }),
		readNumber(r.PostForm, "latency", func(v float64) { f.Latency = Span{}; seconds(&f.Latency.Max)(v) }),
		readNumber(r.PostForm, "callback_delay", func(v float64) { f.CallbackDelay = Span{}; seconds(&f.CallbackDelay.Max)(v) }),
		readNumber(r.PostForm, "retry_after", seconds(&f.RetryAfter)),
		readNumber(r.PostForm, "list_lag", seconds(&f.ListLag)),
	)
	if err != nil {
		return err
	}
	return n.SetFaults(f)
}

// readNumber hands on a number that the form names.
func readNumber(form url.Values, name string, set func(float64)) error {
	text := strings.TrimSpace(form.Get(name))
	if text == "" {
		return nil
	}
	const most = 1e6 // a time beyond it would not fit a duration
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(v) || v < 0 || v > most {
		return fmt.Errorf("read form: %s must be a number from 0 up", strings.ReplaceAll(name, "_", " "))
	}
	set(v)
	return nil
}

func (n *Network) postAnswering(r *http.Request, _ url.Values) error {
	a := n.Answering()
	a.On = r.PostForm.Get("on") == "on"
	return n.SetAnswering(a)
}

func (n *Network) postEverybody(*http.Request, url.Values) error {
	n.EverybodyAnswers()
	return nil
}
