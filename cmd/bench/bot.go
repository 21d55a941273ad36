package main

import (
	"flag"
	"io"

	"parley/internal/bot"
	"parley/internal/bot/smsnoise"
)

// noiseSeed makes every run spoil the questions alike.
const noiseSeed = 7

func benchBot(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("bench bot", flag.ContinueOnError)
	dir := flags.String("data", "../shared/data", "folder that holds clinc150 and smalltalk")
	if err := flags.Parse(args); err != nil {
		return err
	}
	clinc, err := readClinc(*dir)
	if err != nil {
		return err
	}
	for _, bench := range []func(corpus, io.Writer) error{benchFull, benchFewShot, benchSpeed} {
		if err := bench(clinc, out); err != nil {
			return err
		}
	}
	for _, language := range []bot.Language{bot.English, bot.Spanish} {
		if err := benchSmallTalk(*dir, language, out); err != nil {
			return err
		}
	}
	return nil
}

// benchFull measures all 100 variants of each of the 150 answers.
func benchFull(c corpus, out io.Writer) error {
	m, err := bot.Train(c.knowledge(0, 0))
	if err != nil {
		return err
	}
	test := decideAll(m, c.test)
	remark(out, "CLINC150 full, no threshold. Published: BERT 96.9 %% (Larson et al. 2019, table 2)")
	figure(out, "clinc_full_accuracy", test.accuracy(), "%")
	figure(out, "clinc_full_auroc", test.auroc(), "area")
	at := decideAll(m, c.validation).bestThreshold()
	inScope, recall := test.at(at)
	remark(out, "CLINC150 full, threshold %.2f chosen on validation: in-scope accuracy, out-of-scope recall", at)
	remark(out, "Published: SVM 88.2/18.0, DialogFlow 90.8/26.7, Rasa 90.9/31.2, MLP on USE 93.4/49.1, BERT 96.2/52.3")
	figure(out, "clinc_full_threshold_in_scope", inScope, "%")
	figure(out, "clinc_full_threshold_oos_recall", recall, "%")
	figure(out, "clinc_full_heavy_noise_accuracy", decideAll(m, spoil(c.test)).accuracy(), "%")
	return nil
}

// draws is how often ten variants are drawn, for a mean that does not hang on
// which ten.
const draws = 3

// benchFewShot measures ten variants of each answer.
func benchFewShot(c corpus, out io.Writer) error {
	var accuracy, auroc, noisy, bytes float64
	for seed := range uint64(draws) {
		m, err := bot.Train(c.knowledge(10, seed))
		if err != nil {
			return err
		}
		test := decideAll(m, c.test)
		accuracy += test.accuracy() / draws
		auroc += test.auroc() / draws
		noisy += decideAll(m, spoil(c.test)).accuracy() / draws
		bytes += float64(m.Bytes()) / draws
	}
	remark(out, "CLINC150, 10 variants an answer, mean of %d draws. Published: USE-large 90.9", draws)
	figure(out, "clinc_10shot_accuracy", accuracy, "%")
	figure(out, "clinc_10shot_auroc", auroc, "area")
	figure(out, "clinc_10shot_heavy_noise_accuracy", noisy, "%")
	figure(out, "model_bytes_1500", bytes, "bytes")
	return nil
}

func benchSmallTalk(dir string, language bot.Language, out io.Writer) error {
	c, err := readSmallTalk(dir, language)
	if err != nil {
		return err
	}
	m, err := bot.Train(c.knowledge(0, 0))
	if err != nil {
		return err
	}
	remark(out, "50 answers of 5 variants, language %s", language)
	figure(out, "smalltalk_"+string(language)+"_accuracy", decideAll(m, c.test).accuracy(), "%")
	figure(out, "smalltalk_"+string(language)+"_heavy_noise_accuracy", decideAll(m, spoil(c.test)).accuracy(), "%")
	return nil
}

// spoil gives the questions as they might be typed on a phone.
func spoil(questions []question) []question {
	noise := smsnoise.New(smsnoise.Heavy, noiseSeed)
	spoiled := make([]question, len(questions))
	for i, q := range questions {
		spoiled[i] = question{noise.Spoil(q.text), q.answer}
	}
	return spoiled
}
