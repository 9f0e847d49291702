// Package steps holds the components, one file each: the declaration that the compiler, the docs and the runtime read,
// and the Go that does the work. See docs/add-a-component.md.
package steps

import "github.com/distigen/distigen/runtime/component"

// All lists the components of this package, in the order in which the docs show them. Package catalog has those of all packages.
func All() []component.Component {
	return []component.Component{
		rows(),
		readJSONL(),
		readCSV(),
		selfInstruct(),
		textGeneration(),
		structuredGeneration(),
		promptStep(),
		chatGeneration(),
		evolInstruct(),
		evolComplexity(),
		evolInstructGenerator(),
		evolComplexityGenerator(),
		evolQuality(),
		genstruct(),
		clair(),
		urial(),
		ultraFeedback(),
		complexityScorer(),
		qualityScorer(),
		prometheusEval(),
		pairwiseRanking(),
		textClassification(),
		instructionBacktranslation(),
		mathShepherdGenerator(),
		mathShepherdCompleter(),
		formatTextGenerationDPO(),
		formatTextGenerationSFT(),
		formatChatGenerationDPO(),
		formatChatGenerationSFT(),
		formatKTO(),
		conversationTemplate(),
		formatPRM(),
		expandColumns(),
		combineColumns(),
		combineOutputs(),
		mergeColumns(),
		keepColumns(),
		derive(),
		filter(),
		deduplicate(),
		goFunc(),
		generateEmbeddings(),
	}
}
