package diag

// Reading a pipeline, and the names in it.
const (
	Syntax          Code = "DG101"
	Unreadable      Code = "DG102"
	UnknownBlock    Code = "DG103"
	BadLabels       Code = "DG104"
	BadName         Code = "DG105"
	Duplicate       Code = "DG106"
	BadReference    Code = "DG107"
	UnknownVariable Code = "DG108"
	UnknownLocal    Code = "DG109"
	UnknownModel    Code = "DG110"
	UnknownStep     Code = "DG111"
	UnknownComp     Code = "DG112"
	UnknownFunction Code = "DG113"
	BadExpression   Code = "DG114"
	NoSuchFile      Code = "DG115"
	EachOutside     Code = "DG116"
	LocalCycle      Code = "DG117"
	BadVariable     Code = "DG118"
	NoValue         Code = "DG119"
	BadValue        Code = "DG120"
	Invalid         Code = "DG121"
	Undeclared      Code = "DG122"
	BadSet          Code = "DG123"
	BadVarFile      Code = "DG124"
	BadModule       Code = "DG125"
	ModuleCycle     Code = "DG126"
	UnknownModule   Code = "DG127"
	UnknownOutput   Code = "DG128"
	UnknownInput    Code = "DG129"
	NotInModule     Code = "DG130"
)

// The arguments of blocks.
const (
	UnknownArgument Code = "DG201"
	MissingArgument Code = "DG202"
	WrongType       Code = "DG203"
	NotAllowed      Code = "DG204"
	OutOfRange      Code = "DG205"
	Unusable        Code = "DG206"
	Contradiction   Code = "DG207"
	NoCap           Code = "DG208"
	WrongModel      Code = "DG209"
	NoCompletions   Code = "DG210"
	NoChatTemplate  Code = "DG211"
)

// The graph of the steps.
const (
	NoFrom          Code = "DG301"
	SourceReads     Code = "DG302"
	NotAStep        Code = "DG303"
	Cycle           Code = "DG304"
	OneStep         Code = "DG305"
	OneBranch       Code = "DG306"
	Unrelated       Code = "DG307"
	BadForEach      Code = "DG308"
	UnknownInstance Code = "DG309"
	ReadsDisabled   Code = "DG310"
	NothingToDo     Code = "DG311"
	ReadsSink       Code = "DG312"
	UnreadInModule  Code = "DG313"
	ModuleAlone     Code = "DG314"
)

// The columns of the rows.
const (
	UnknownColumn Code = "DG401"
	MadeLater     Code = "DG402"
	OtherBranch   Code = "DG403"
	GoneColumn    Code = "DG404"
	ColumnType    Code = "DG405"
	MayBeNull     Code = "DG406"
	Overwritten   Code = "DG407"
	TooFew        Code = "DG408"
	Uncombined    Code = "DG409"
	UnknownPort   Code = "DG410"
	SameColumn    Code = "DG411"
	NotReplaced   Code = "DG412"
	MixedRows     Code = "DG413"
	NoRows        Code = "DG414"
	BadColumns    Code = "DG415"
	Lengths       Code = "DG416"
	BadRowExpr    Code = "DG417"
)

// Prompt templates.
const (
	PromptSyntax  Code = "DG501"
	PromptColumn  Code = "DG502"
	PromptUnused  Code = "DG503"
	PromptNull    Code = "DG504"
	PromptIsAPath Code = "DG505"
	PromptUse     Code = "DG506"
)

// Datasets.
const (
	DatasetTwice   Code = "DG602"
	DatasetName    Code = "DG603"
	SeveralStreams Code = "DG604"
	NoPlaceFor     Code = "DG605"
	BadSplits      Code = "DG606"
	BadRepo        Code = "DG607"
	TrainerLacks   Code = "DG608"
	TrainerType    Code = "DG609"
	TrainerColumns Code = "DG610"
)

// The user's own Go.
const (
	BadFunction Code = "DG801"
)

// Warnings.
const (
	UnusedVariable Code = "DG701"
	UnusedModel    Code = "DG702"
	UnusedLocal    Code = "DG703"
	StrayLeaf      Code = "DG704"
	Retired        Code = "DG705"
	SoonRetired    Code = "DG706"
	LeftOut        Code = "DG707"
	ConstantPrompt Code = "DG708"
	SameSamples    Code = "DG709"
	ModelName      Code = "DG710"
	PromptUnshown  Code = "DG711"
	NoTemplate     Code = "DG712"
	NearKeys       Code = "DG713"
	GivenUnread    Code = "DG714"
)

// Pipelines of distilabel.
const (
	NotTheirs   Code = "DG901"
	NoComponent Code = "DG902"
	NotCarried  Code = "DG903"
	ToFinish    Code = "DG904"
	Differs     Code = "DG905"
	StillWrong  Code = "DG906"
)
