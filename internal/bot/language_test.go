package bot_test

import (
	"testing"

	"parley/internal/bot"
)

// course is what people ask about a course, in English and Spanish.
var course = bot.Knowledge{Answers: []bot.Answer{
	{ID: 1, Language: bot.English, Variants: []string{"How much is the course?", "how much is it", "what's the price of the course", "how much does the class cost"}},
	{ID: 2, Language: bot.English, Variants: []string{"When does the course start?", "what day does it begin", "when is the first class", "start date"}},
	{ID: 3, Language: bot.English, Variants: []string{"Where is it held?", "what's the address", "where do i go", "where are the classes"}},
	{ID: 4, Language: bot.English, Variants: []string{"How do I sign up?", "how can i register", "i want to join", "where do i enroll"}},
	{ID: 5, Language: bot.English, Variants: []string{"Do I need to bring anything?", "what should i bring", "do i need a laptop", "what materials do i need"}},
	{ID: 6, Language: bot.English, Variants: []string{"Can I cancel my place?", "how do i cancel", "i can't make it anymore", "can i get out of it"}},
	{ID: 11, Language: bot.Spanish, Variants: []string{"¿Cuánto cuesta el curso?", "cuanto es", "cual es el precio del curso", "cuanto vale la clase"}},
	{ID: 12, Language: bot.Spanish, Variants: []string{"¿Cuándo empieza el curso?", "que dia comienza", "cuando es la primera clase", "fecha de inicio"}},
	{ID: 13, Language: bot.Spanish, Variants: []string{"¿Dónde es?", "cual es la direccion", "a donde voy", "donde son las clases"}},
	{ID: 14, Language: bot.Spanish, Variants: []string{"¿Cómo me apunto?", "como me registro", "quiero entrar", "donde me inscribo"}},
	{ID: 15, Language: bot.Spanish, Variants: []string{"¿Tengo que llevar algo?", "que llevo", "necesito una laptop", "que materiales necesito"}},
	{ID: 16, Language: bot.Spanish, Variants: []string{"¿Puedo cancelar mi lugar?", "como cancelo", "ya no puedo ir", "me quiero salir"}},
}}

func TestFreeIsAQuestionOfPrice(t *testing.T) {
	t.Parallel()
	m := train(t, course)
	for text, want := range map[string]bot.AnswerID{
		"does it cost anything": 1, "is it free": 1, "is it expensive": 1, "how much do i pay": 1,
		"es gratis": 11, "es caro": 11, "es gratuito": 11, "cuánto hay que pagar": 11, "cuánto cobran": 11,
	} {
		if d := m.Decide(text, bot.Eager); d.AnswerID != want {
			t.Errorf("%q: got answer %d at %.2f, want %d", text, d.AnswerID, d.Confidence, want)
		}
	}
}

func TestAnswersInTheTextsLanguageComeFirst(t *testing.T) {
	t.Parallel()
	_, m := universityModel(t)
	for text, want := range map[string]bot.Language{
		"ultimo dia fafsa": bot.Spanish, "registering for next semester": bot.English,
	} {
		if d := m.Decide(text, 0); d.Language != want {
			t.Errorf("%q: got %q, want %q", text, d.Language, want)
		}
	}
}

func TestAnotherLanguageIsBetterThanNoAnswer(t *testing.T) {
	t.Parallel()
	m := train(t, bot.Knowledge{Answers: course.Answers[:6]})
	for text, want := range map[string]bot.AnswerID{"cuando empieza la clase": 2, "como cancelo": 6} {
		if d := m.Decide(text, bot.Eager); d.AnswerID != want {
			t.Errorf("%q: got answer %d at %.2f, want %d", text, d.AnswerID, d.Confidence, want)
		}
	}
}
