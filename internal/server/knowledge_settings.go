package server

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"parley/internal/account"
	"parley/web/page"
	"parley/web/ui"
)

// knowledgeSettings is how the bot answers.
func (s *Server) knowledgeSettings(w http.ResponseWriter, r *http.Request, d *desk) error {
	return s.knowledgeSettingsPage(w, r, d, nil)
}

func (s *Server) knowledgeSettingsPage(w http.ResponseWriter, r *http.Request, d *desk, errs ui.Errors) error {
	p := page.KnowledgeOptions{MayChange: d.May(account.Administer) == nil, MayTeach: d.May(account.TeachBot) == nil, Errors: errs}
	presets, err := d.knowledge.Thresholds(r.Context(), 0)
	if err != nil {
		return err
	}
	for _, preset := range presets {
		percent := fmt.Sprint(percentOf(preset.Threshold))
		name, known := presetNames[preset.Name]
		if preset.Chosen && known {
			p.Threshold = percent
		} else if preset.Chosen {
			p.Threshold, p.Own = "own", percent
		}
		if known {
			e := preset.Estimate
			p.Presets = append(p.Presets, page.ThresholdPreset{Name: name, Percent: percentOf(preset.Threshold), Estimated: e.Texts > 0,
				Answered: percentOf(e.Answered), Wrong: percentOf(e.Wrong), HandedOver: percentOf(e.HandedOver)})
		}
	}
	if p.Clarify, err = d.knowledge.Clarifies(r.Context()); err != nil {
		return err
	}
	if p.CrisisText, p.OwnCrisis, err = d.knowledge.CrisisText(r.Context()); err != nil {
		return err
	}
	if errs != nil && r.PostForm.Has("crisis_text") {
		p.CrisisText = r.PostFormValue("crisis_text")
	}
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	p.ToReview = p.Shell.ToReview
	s.renderForm(w, r, errs, p.HTML())
	return nil
}

var presetNames = map[string]string{"cautious": "Cautious", "balanced": "Balanced", "eager": "Eager"}

// saveKnowledgeSettings saves the part of the page whose form was sent.
func (s *Server) saveKnowledgeSettings(w http.ResponseWriter, r *http.Request, d *desk) error {
	if err := d.May(account.Administer); err != nil {
		return err
	}
	if err := parseForm(w, r); err != nil {
		return err
	}
	var err error
	switch r.PostFormValue("part") {
	case "threshold":
		err = d.setThreshold(r)
	case "clarify":
		err = d.knowledge.SetClarify(r.Context(), r.PostFormValue("clarify") != "")
	case "crisis":
		err = d.setCrisisText(r.Context(), r.PostFormValue("crisis_text"))
	default:
		err = fmt.Errorf("%w: no such part of the settings", errBadRequest)
	}
	if errs := fieldErrors(err); errs != nil {
		return s.knowledgeSettingsPage(w, r, d, errs)
	}
	if err != nil {
		return err
	}
	s.flash(r.Context(), "Saved. It holds from the next text on.")
	seeOther(w, r, "/knowledge/settings")
	return nil
}

func (d *desk) setThreshold(r *http.Request) error {
	value := r.PostFormValue("threshold")
	if value == "own" {
		value = r.PostFormValue("own")
	}
	percent, err := strconv.Atoi(value)
	if err != nil {
		return account.Invalid{"threshold": "Choose one, or type a value from 0 to 100."}
	}
	return d.knowledge.SetThreshold(r.Context(), float64(percent)/100)
}

// setCrisisText keeps the program's own text where it comes back unchanged.
func (d *desk) setCrisisText(ctx context.Context, text string) error {
	now, own, err := d.knowledge.CrisisText(ctx)
	if err != nil || !own && text == now {
		return err
	}
	return d.knowledge.SetCrisisText(ctx, text)
}
