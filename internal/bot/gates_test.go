package bot_test

const (
	gateEnglish   = 0.5
	gateSpanish   = 0.5
	gateAnswered  = 0.5
	gateWrong     = 0.2
	gateRefused   = 0.5
	gateLightLoss = 0.05
	gateHeavyLoss = 0.1
)
