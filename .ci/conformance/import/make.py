"""Saves some twenty pipelines with the real distilabel, 1.1.1 or 1.5.3, as its users do: python make.py FOLDER. No model is asked.
With --short, what distilabel adds of its own is left out: these are the files that distilabel/testdata has. The names of all classes
that a saved pipeline may have go to FOLDER/classes.txt."""

import importlib
import inspect
import json
import pathlib
import sys

import distilabel
import yaml
from distilabel.pipeline import Pipeline, routing_batch_function, sample_n_steps

OLD = distilabel.__version__.startswith("1.1.")

if OLD:
    from distilabel.llms import AzureOpenAILLM, MistralLLM, OllamaLLM, OpenAILLM, TogetherLLM, TransformersLLM
    from distilabel.steps import (
        CombineColumns, ConversationTemplate, DeitaFiltering, ExpandColumns, FormatTextGenerationDPO, FormatTextGenerationSFT,
        FormatChatGenerationDPO, FormatChatGenerationSFT, GeneratorStep,
        KeepColumns, LoadDataFromDicts, LoadHubDataset as LoadDataFromHub, PreferenceToArgilla, PushToHub,
        StepInput, TextGenerationToArgilla, step,
    )
    from distilabel.steps.tasks import (
        ChatGeneration, ComplexityScorer, EvolComplexity, EvolComplexityGenerator, EvolInstruct, EvolInstructGenerator, EvolQuality,
        GenerateEmbeddings, Genstruct, InstructionBacktranslation, PairRM, PrometheusEval, QualityScorer, SelfInstruct, Task,
        TextGeneration, UltraFeedback,
    )
    from distilabel.llms import TransformersLLM as Embedder
else:
    from distilabel.embeddings import SentenceTransformerEmbeddings
    from distilabel.models import AzureOpenAILLM, InferenceEndpointsLLM, MistralLLM, OllamaLLM, OpenAILLM, TogetherLLM, TransformersLLM
    from distilabel.steps import (
        DBSCAN, UMAP, CombineOutputs, TextClustering, ConversationTemplate, DataSampler, DeitaFiltering, EmbeddingDedup, EmbeddingGeneration, ExpandColumns,
        FaissNearestNeighbour, FormatChatGenerationDPO, FormatChatGenerationSFT, FormatTextGenerationDPO, FormatTextGenerationSFT,
        GeneratorStep, GroupColumns as CombineColumns, KeepColumns, LoadDataFromDicts, LoadDataFromDisk, LoadDataFromFileSystem,
        LoadDataFromHub, MergeColumns, MinHashDedup, PreferenceToArgilla, PushToHub, RewardModelScore, StepInput, StepResources,
        TextGenerationToArgilla, TruncateTextColumn, step,
    )
    from distilabel.steps.tasks import (
        CLAIR, URIAL, APIGenGenerator, APIGenSemanticChecker, BitextRetrievalGenerator, ChatGeneration, ComplexityScorer, EmbeddingTaskGenerator,
        EvolComplexity, EvolComplexityGenerator, EvolInstruct, EvolInstructGenerator, EvolQuality, FormatPRM, GenerateEmbeddings,
        GenerateLongTextMatchingData, GenerateSentencePair, GenerateShortTextMatchingData, GenerateTextClassificationData,
        GenerateTextRetrievalData, Genstruct, InstructionBacktranslation, Magpie, MagpieGenerator, MathShepherdCompleter,
        MathShepherdGenerator, MonolingualTripletGenerator, PairRM, PrometheusEval, QualityScorer, SelfInstruct, StructuredGeneration, Task,
        TextClassification, TextGeneration, UltraFeedback,
    )
    from distilabel.models import TransformersLLM as Embedder
    from distilabel.steps.tasks.apigen.utils import PrepareExamples

TOPICS = ["Algebraic Expressions", "Linear Equations", "Quadratic Equations", "Polynomial Functions", "Rational Expressions",
          "Exponential Functions", "Logarithmic Functions", "Sequences and Series", "Matrices", "Determinants"]
QUESTIONS = [{"instruction": "What is 3/4 of 20?"}, {"instruction": "Why is 1 not a prime?\nAnswer in “one” sentence: 😀 ${x} %{y}"}]


def mistral(model="ministral-8b-latest", **kwargs):
    return MistralLLM(model=model, api_key="sk-no-key", **kwargs)


def openai(model="gpt-4o-mini", **kwargs):
    return OpenAILLM(model=model, api_key="sk-no-key", **kwargs)


def questions(name="questions", **kwargs):
    return LoadDataFromDicts(name=name, data=QUESTIONS, **kwargs)


def tutorial():
    load = LoadDataFromDicts(name="load_dataset", data=[{"input": t} for t in TOPICS])
    instruct = SelfInstruct(name="self_instruct", llm=mistral("open-mistral-7b"))
    expand = ExpandColumns(name="expand_columns", columns={"instructions": "instruction"})
    small = TextGeneration(name="text_generation", llm=mistral("open-mistral-7b"))
    medium = TextGeneration(name="text_generation2", llm=mistral("open-mixtral-8x7b", generation_kwargs={"temperature": 0.7, "max_new_tokens": 512}))
    combine = CombineColumns(name="combine_columns", columns=["generation", "model_name"], output_columns=["generations", "model_names"])
    judge = UltraFeedback(name="ultra_feedback", aspect="overall-rating", llm=mistral("mistral-large-latest"))
    pairs = FormatTextGenerationDPO(name="format_dpo")
    argilla = PreferenceToArgilla(name="to_argilla", dataset_name="mathematical-dataset", dataset_workspace="admin", num_generations=2,
                                  api_url="https://argilla.example", api_key="no-key")
    load >> instruct >> expand >> [small, medium] >> combine >> judge >> [pairs, argilla]


def deita():
    kwargs = {"generation_kwargs": {"max_new_tokens": 512, "temperature": 0.7}}
    load = LoadDataFromHub(name="load_data", repo_id="acme/prompts", split="train", batch_size=100,
                           output_mappings={"prompt": "instruction"})
    evolve = EvolInstruct(name="evol_instruction_complexity", llm=openai("gpt-3.5-turbo", **kwargs), num_evolutions=5,
                          store_evolutions=True, generate_answers=True, include_original_instruction=True)
    complexity = ComplexityScorer(name="instruction_complexity_scorer", llm=openai("gpt-3.5-turbo", generation_kwargs={"temperature": 0}),
                                  input_mappings={"instructions": "evolved_instructions"})
    expand = ExpandColumns(name="expand_evolved_instructions", columns=["evolved_instructions", "answers", "scores"],
                           output_mappings={"evolved_instructions": "evolved_instruction", "answers": "answer", "scores": "evol_instruction_score"})
    quality = EvolQuality(name="response_evolver", llm=openai("gpt-3.5-turbo", **kwargs), num_evolutions=5, store_evolutions=True,
                          include_original_response=True, input_mappings={"instruction": "evolved_instruction", "response": "answer"})
    scorer = QualityScorer(name="quality_scorer", llm=openai("gpt-3.5-turbo", generation_kwargs={"temperature": 0}),
                           input_mappings={"instruction": "evolved_instruction", "responses": "evolved_responses"})
    responses = ExpandColumns(name="expand_evolved_responses", columns=["evolved_responses", "scores"],
                              output_mappings={"evolved_responses": "evolved_response", "scores": "evol_response_score"})
    conversation = ConversationTemplate(name="generate_conversation", input_mappings={"instruction": "evolved_instruction", "response": "evolved_response"})
    embeddings = GenerateEmbeddings(name="generate_embeddings", llm=Embedder(model="TinyLlama/TinyLlama-1.1B-Chat-v1.0"),
                                    input_mappings={"text": "conversation"}, input_batch_size=5)
    filtering = DeitaFiltering(name="deita_filtering", data_budget=500, diversity_threshold=0.04)
    load >> evolve >> complexity >> expand >> quality >> scorer >> responses >> conversation >> embeddings >> filtering


def ultrafeedback():
    load = questions()
    models = [mistral("ministral-8b-latest"), mistral("mistral-medium-latest"), openai("qwen", base_url="http://127.0.0.1:8000/v1")]
    answers = [TextGeneration(name=f"answer_{i}", llm=m) for i, m in enumerate(models)]
    combine = CombineColumns(name="answers", columns=["generation", "model_name"], output_columns=["generations", "generation_models"])
    aspects = ["helpfulness", "honesty", "instruction-following", "truthfulness"]
    judges = [UltraFeedback(name="judge_" + a.replace("-", "_"), aspect=a, llm=mistral("mistral-large-latest")) for a in aspects]
    keep = KeepColumns(name="keep", columns=["instruction", "generations", "ratings"])
    load >> answers >> combine >> judges
    judges[1] >> keep


def sft():
    load = LoadDataFromDicts(name="topics", data=[{"input": t} for t in TOPICS], batch_size=5)
    instruct = SelfInstruct(name="self_instruct", llm=mistral(), num_instructions=3, application_description="A tutor of maths",
                            criteria_for_query_generation="Ask for one thing.\nAsk what a pupil would ask.")
    expand = ExpandColumns(name="expand", columns={"instructions": "instruction"})
    answer = TextGeneration(name="answer", llm=mistral("mistral-medium-latest"), num_generations=1)
    format_sft = FormatTextGenerationSFT(name="format_sft")
    keep = KeepColumns(name="keep", columns=["prompt", "messages"])
    if OLD:
        load >> instruct >> expand >> answer >> format_sft >> keep
    else:
        dedup = MinHashDedup(name="dedup", threshold=0.7, seed=5, input_mappings={"text": "instruction"}, storage="dict")
        load >> instruct >> expand >> dedup >> answer >> format_sft >> keep


def evol_instruct():
    load = questions("seeds") if OLD else LoadDataFromFileSystem(name="seeds", data_files="seeds.jsonl", filetype="json", num_examples=20)
    evolve = EvolInstruct(name="evolve", llm=mistral(generation_kwargs={"temperature": 1.0}), num_evolutions=2, generate_answers=True, seed=7)
    keep = KeepColumns(name="keep", columns=["instruction", "evolved_instruction", "answer"])
    load >> evolve >> keep


SCHEMA = {
    "type": "object",
    "title": "Persona",
    "properties": {
        "name": {"type": "string", "description": "First and last name"},
        "age": {"type": "integer", "minimum": 18, "maximum": 99},
        "trade": {"enum": ["nurse", "sailor"], "type": "string"},
        "hobbies": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["name", "age", "trade", "hobbies"],
}


def structured():
    asked = [{"instruction": f"Invent a {who}.", "structured_output": {"format": "json", "schema": SCHEMA}} for who in ("nurse", "sailor")]
    load = LoadDataFromDicts(name="requests", data=asked)
    persona = StructuredGeneration(name="persona", llm=openai(), use_system_prompt=False)
    typed = TextGeneration(name="typed", llm=openai(structured_output={"schema": SCHEMA}), output_mappings={"generation": "record", "model_name": "writer"})
    load >> persona >> typed


def embeddings():
    if OLD:
        load = LoadDataFromHub(name="load", repo_id="acme/questions", config="default", split="train", num_examples=10)
        embed = GenerateEmbeddings(name="embed", llm=Embedder(model="acme/embedder"), input_mappings={"text": "instruction"})
        load >> embed
        return
    load = LoadDataFromHub(name="load", repo_id="acme/questions", config="default", split="train", num_examples=10)
    embed = EmbeddingGeneration(name="embed", embeddings=SentenceTransformerEmbeddings(model="mixedbread-ai/mxbai-embed-large-v1"), input_mappings={"text": "instruction"})
    neighbours = FaissNearestNeighbour(name="neighbours", k=5)
    dedup = EmbeddingDedup(name="dedup", threshold=0.8)
    load >> embed >> neighbours >> dedup


def routing():
    load = questions(batch_size=2)
    answers = [TextGeneration(name=f"answer_{i}", llm=mistral(m), input_batch_size=1)
               for i, m in enumerate(["ministral-8b-latest", "mistral-medium-latest", "mistral-large-latest"])]
    combine = CombineColumns(name="answers", columns=["generation", "model_name"], output_columns=["generations", "generation_models"], input_batch_size=1)
    judge = UltraFeedback(name="judge", aspect="honesty", llm=mistral("mistral-large-latest"), input_batch_size=1)
    load >> sample_n_steps(2) >> answers >> combine >> judge


def generations():
    load = questions()
    grouped = TextGeneration(name="grouped", llm=mistral(generation_kwargs={"temperature": 0.9, "top_p": 0.95}), num_generations=3, group_generations=True,
                             output_mappings={"generation": "generations", "model_name": "generation_models"})
    judge = UltraFeedback(name="judge", aspect="instruction-following", llm=mistral("mistral-large-latest", max_retries=3, timeout=60, max_concurrent_requests=8))
    pairs = FormatTextGenerationDPO(name="pairs")
    each = TextGeneration(name="each", llm=mistral(), num_generations=2)
    again = TextGeneration(name="again", llm=mistral("mistral-medium-latest"), input_mappings={"instruction": "generation"})
    load >> grouped >> judge >> pairs
    load >> each >> again


def mappings():
    load = LoadDataFromDicts(name="load", data=[{"Question": "What is 3/4 of 20?", "n": 1, "tags": ["a", "b"], "who": None}], output_mappings={"Question": "question"})
    first = TextGeneration(name="first", llm=mistral(), input_mappings={"instruction": "question"}, output_mappings={"generation": "draft"})
    second = TextGeneration(name="second", llm=mistral(), input_mappings={"instruction": "draft"}, output_mappings={"generation": "final", "model_name": "editor"})
    keep = KeepColumns(name="keep", columns=["question", "draft", "final"])
    load >> first >> second >> keep


def argilla():
    load = questions()
    answer = TextGeneration(name="answer", llm=mistral())
    send = TextGenerationToArgilla(name="send", dataset_name="answers", dataset_workspace="argilla", api_url="https://argilla.example", api_key="no-key")
    load >> answer >> send


def retrieval():
    load = LoadDataFromDicts(name="anchors", data=[{"anchor": "Fractions are parts of a whole."}])
    pair = GenerateSentencePair(name="pair", llm=mistral(), action="query", triplet=True)
    load >> pair


def embedding_data():
    tasks = EmbeddingTaskGenerator(name="tasks", llm=mistral("mistral-large-latest"), category="text-retrieval", flatten_tasks=True)
    search = GenerateTextRetrievalData(name="search", llm=mistral(), query_length="less than 5 words", num_words=100)
    kinds = EmbeddingTaskGenerator(name="kinds", llm=mistral("mistral-large-latest"), category="text-classification", num_generations=2)
    expand = ExpandColumns(name="expand", columns={"tasks": "task"})
    label = GenerateTextClassificationData(name="label", llm=mistral(), language="German", clarity="clear", seed=7)
    short = GenerateShortTextMatchingData(name="short", llm=mistral())
    long = GenerateLongTextMatchingData(name="long", llm=mistral(), language="French")
    graded = MonolingualTripletGenerator(name="graded", llm=mistral(), unit="phrase", high_score="4.5")
    translated = BitextRetrievalGenerator(name="translated", llm=mistral(), target_language="German", low_score="2.5", output_mappings={"S1": "anchor"})
    pair = GenerateSentencePair(name="pair", llm=mistral(), action="paraphrase", input_mappings={"anchor": "S1"})
    tasks >> [search, short, long]
    kinds >> expand >> label
    graded >> pair
    translated >> KeepColumns(name="anchors", columns=["anchor", "S2"])


def providers():
    load = questions()
    models = {
        "azure": AzureOpenAILLM(model="gpt-4o", base_url="https://acme.openai.azure.com", api_version="2024-06-01", api_key="no-key"),
        "together": TogetherLLM(model="meta-llama/Llama-3-8b", api_key="no-key", generation_kwargs={"presence_penalty": 0.1, "stop": ["END"]} if not OLD else {}),
        "ollama": OllamaLLM(model="llama3", generation_kwargs={"options": {"temperature": 0.2, "num_predict": 64, "num_ctx": 4096}}),
        "local": TransformersLLM(model="acme/tiny", generation_kwargs={"max_new_tokens": 64, "do_sample": True}),
    }
    answers = [TextGeneration(name=name, llm=m) for name, m in models.items()]
    if not OLD:
        answers[0].system_prompt = "You answer pupils.\nBe brief."
        answers[1].template = "Level {{ level }}:{% if hint %} (hint: {{ hint }}){% endif %}\n{% for e in examples %}- {{ e }}\n{% endfor %}{{ instruction }}"
        answers[1].columns = ["level", "hint", "examples", "instruction"]
        answers[2].resources = StepResources(replicas=2, gpus=1)
    combine = CombineColumns(name="combine", columns=["generation"])
    load >> answers >> combine


@step(inputs=["instruction"], outputs=["words"])
def CountWords(inputs: StepInput):
    for row in inputs:
        row["words"] = len(row["instruction"].split())
    yield inputs


def own_step():
    load = questions()
    count = CountWords(name="count")
    answer = TextGeneration(name="answer", llm=mistral())
    keep = KeepColumns(name="keep", columns=["instruction", "words", "generation"])
    load >> count >> answer >> keep


def judges():
    load = questions()
    answers = [TextGeneration(name=f"answer_{i}", llm=mistral(m)) for i, m in enumerate(["ministral-8b-latest", "mistral-medium-latest"])]
    combine = CombineColumns(name="answers", columns=["generation", "model_name"], output_columns=["generations", "generation_models"])
    large = mistral("mistral-large-latest")
    relative = PrometheusEval(name="relative", llm=large, mode="relative", rubric="honesty")
    ranked = PairRM(name="ranked", input_mappings={"input": "instruction", "candidates": "generations"})
    quality = QualityScorer(name="quality", llm=large, input_mappings={"responses": "generations"})
    rubric = "[Is it short?]\nScore 1: No.\nScore 2: Hardly.\nScore 3: So so.\nScore 4: Nearly.\nScore 5: Yes."
    absolute = PrometheusEval(name="absolute", llm=large, mode="absolute", rubric="short", rubrics={"short": rubric})
    score = InstructionBacktranslation(name="score", llm=large)
    load >> answers >> combine >> [relative, ranked, quality]
    answers[0] >> [absolute, score]


def chat():
    turns = [{"role": "user", "content": "What is 3/4 of 20?"}]
    load = LoadDataFromDicts(name="talks", data=[{"messages": turns}, {"messages": [{"role": "system", "content": "Be brief."}, *turns]}])
    answers = [ChatGeneration(name=f"answer_{i}", llm=mistral(m)) for i, m in enumerate(["ministral-8b-latest", "mistral-medium-latest"])]
    sft = FormatChatGenerationSFT(name="sft")
    combine = CombineColumns(name="answers", columns=["generation", "model_name"], output_columns=["generations", "generation_models"])
    pairs = FormatChatGenerationDPO(name="pairs")
    load >> answers >> combine
    answers[0] >> sft
    ask = LoadDataFromDicts(name="rated", data=[{"messages": turns, "generations": ["15", "Nearly 16"], "ratings": [5, 1]}])
    ask >> pairs


def generators():
    write = EvolInstructGenerator(name="write", llm=mistral(), num_instructions=5, generate_answers=True)
    keep = KeepColumns(name="keep", columns=["instruction", "answer"])
    push = PushToHub(name="push", repo_id="acme/written", private=True)
    hard = EvolComplexityGenerator(name="hard", llm=mistral(), num_instructions=3, min_length=100)
    harder = EvolComplexity(name="harder", llm=mistral(), num_evolutions=1)
    hard >> harder
    write >> keep >> push


def passages():
    load = LoadDataFromDicts(name="passages", data=[{"title": "Fractions", "content": "A fraction is a part of a whole."}])
    questions_of = Genstruct(name="questions_of", llm=mistral())
    load >> questions_of
    if OLD:
        return
    classify = TextClassification(name="classify", llm=mistral(), available_labels=["maths", "history"], input_mappings={"text": "content"})
    several = TextClassification(name="several", llm=mistral(), n=3, context="What is it about?", input_mappings={"text": "content"})
    both = CombineOutputs(name="both")
    merge = MergeColumns(name="merge", columns=["title", "content"], output_column="parts")
    load >> [classify, several] >> both >> merge
    tasks = LoadDataFromDicts(name="solved", data=[{"task": "What is 3/4 of 20?", "student_solution": "16"}])
    correct = CLAIR(name="correct", llm=mistral("mistral-large-latest"))
    tasks >> correct
    base = URIAL(name="base", llm=openai("acme/base"))
    more = LoadDataFromDicts(name="asked", data=QUESTIONS)
    more >> base


def maths():
    load = LoadDataFromDicts(name="problems", data=[{"instruction": "Tom has 3 bags of 4 apples and eats 2. How many are left?"}])
    golden = MathShepherdGenerator(name="golden", llm=mistral("mistral-large-latest"))
    several = MathShepherdGenerator(name="several", llm=mistral(), M=3)
    label = MathShepherdCompleter(name="label", llm=mistral(), N=2)
    expand = ExpandColumns(name="expand", columns=["solutions"])
    rewards = FormatPRM(name="rewards", format="trl")
    load >> golden >> several >> label >> expand >> rewards


def parameters():
    load = LoadDataFromHub(name="load", output_mappings={"prompt": "instruction"})
    answer = TextGeneration(name="answer", llm=mistral(), num_generations=2)
    send = TextGenerationToArgilla(name="send")
    push = PushToHub(name="push")
    load >> answer >> [send, push]


def files():
    disk = LoadDataFromDisk(name="disk", dataset_path="saved")
    answer = TextGeneration(name="answer", llm=mistral())
    disk >> answer
    table = LoadDataFromFileSystem(name="table", data_files="questions.csv", num_examples=3)
    better = EvolQuality(name="better", llm=mistral(), num_evolutions=1)
    table >> better


def clusters():
    load = LoadDataFromDicts(name="load", data=[{"text": "Fractions are parts of a whole."}])
    embed = EmbeddingGeneration(name="embed", embeddings=SentenceTransformerEmbeddings(model="acme/embedder"))
    flat = UMAP(name="flat", n_components=2)
    groups = DBSCAN(name="groups", eps=0.3)
    labels = TextClustering(name="labels", llm=mistral())
    score = RewardModelScore(name="score", model="acme/reward", input_mappings={"response": "text", "instruction": "text"})
    load >> embed >> flat >> groups >> labels >> score


def examples():
    load = LoadDataFromDicts(name="functions", data=[{"func_name": "area", "func_desc": "The area of a circle", "tools": "[]"}])
    short = TruncateTextColumn(name="short", column="func_desc", max_length=100)
    calls = APIGenGenerator(name="calls", llm=mistral(), use_tools=False)
    check = APIGenSemanticChecker(name="check", llm=mistral("mistral-large-latest"))
    load >> short >> calls >> check
    sample = DataSampler(name="sample", data=[{"query": "What is half of 10?", "answers": "5"}] * 5, size=2, samples=4)
    text = PrepareExamples(name="text")
    sample >> text


def vectors():
    tasks = EmbeddingTaskGenerator(name="tasks", llm=mistral(), category="text-retrieval", flatten_tasks=True)
    write = GenerateTextRetrievalData(name="write", llm=mistral(), language="French", query_type="common", difficulty="college", clarity="clear")
    triplets = MonolingualTripletGenerator(name="triplets", llm=mistral(), unit="sentence", difficulty="college", high_score="4", low_score="2.5")
    tasks >> write
    keep = KeepColumns(name="keep", columns=["S1", "S2"])
    triplets >> keep


def magpies():
    model = InferenceEndpointsLLM(model_id="acme/llama", tokenizer_id="acme/llama", api_key="no-key", magpie_pre_query_template="llama3")
    write = MagpieGenerator(name="write", llm=model, n_turns=2, num_rows=3, system_prompt={"maths": "You teach maths.", "art": "You teach art."})
    keep = KeepColumns(name="keep", columns=["conversation"])
    load = LoadDataFromDicts(name="teachers", data=[{"system_prompt": "You teach maths."}])
    alone = Magpie(name="alone", llm=model, only_instruction=True)
    write >> keep
    load >> alone


class Poet(Task):
    """A task as users write them."""

    metre: str = "trochee"

    @property
    def inputs(self):
        return ["instruction"]

    @property
    def outputs(self):
        return ["poem"]

    def format_input(self, input):
        return [{"role": "user", "content": f"A poem in {self.metre} about: {input['instruction']}"}]

    def format_output(self, output, input=None):
        return {"poem": output}


class Counting(GeneratorStep):
    """A source as users write them."""

    most: int = 3

    @property
    def outputs(self):
        return ["instruction"]

    def process(self, offset=0):
        yield [{"instruction": str(n)} for n in range(self.most)], True


@routing_batch_function()
def by_length(steps):
    return steps[:1]


def own_classes():
    load = Counting(name="count")
    poem = Poet(name="poem", llm=mistral())
    plain = TextGeneration(name="plain", llm=mistral())
    load >> by_length >> [poem, plain]


PIPELINES = [tutorial, deita, ultrafeedback, sft, evol_instruct, structured, embeddings, routing, generations, mappings, argilla, retrieval, providers, own_step,
             judges, chat, generators, passages, maths, parameters, files, clusters, own_classes, examples, vectors, magpies, embedding_data]
if OLD:  # it has no components for these
    PIPELINES = [p for p in PIPELINES if p not in (structured, retrieval, maths, files, clusters, examples, vectors, magpies, embedding_data)]


def shorten(node):
    """Leaves out the long texts that distilabel itself wrote and that say nothing about the pipeline."""
    if isinstance(node, list):
        return [shorten(n) for n in node]
    if not isinstance(node, dict):
        return node
    if "mutation_templates" in node:
        node["mutation_templates"] = {name: "..." for name in node["mutation_templates"]}
    if "runtime_parameters_info" in node:
        node["runtime_parameters_info"] = []
    usual = defaults(node.get("type_info") or {})
    return {k: shorten(v) for k, v in node.items() if len(str(v)) < 60 or v != usual.get(k)}


def defaults(type_info):
    """What the arguments of a class are unless they are told."""
    found = getattr(sys.modules.get(type_info.get("module")), type_info.get("name", ""), None)
    return {name: field.get_default(call_default_factory=True) for name, field in getattr(found, "model_fields", {}).items() if not field.is_required()}


def rewrite(path):
    if path.suffix == ".json":
        path.write_text(json.dumps(shorten(json.loads(path.read_text())), separators=(",", ":")) + "\n")
    else:
        path.write_text(yaml.safe_dump(shorten(yaml.full_load(path.read_text())), sort_keys=False))


def classes():
    """The steps and models that distilabel has, without those that are there to be derived from."""
    found = set()
    for name in ("steps", "steps.tasks", *(["llms"] if OLD else ["models", "steps.tasks.apigen.utils"])):
        for name, of in vars(importlib.import_module(f"distilabel.{name}")).items():
            if inspect.isclass(of) and hasattr(of, "load") and not inspect.isabstract(of) and not name.endswith("Mixin"):
                found.add(name)
    return sorted(found)


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for n, define in enumerate(PIPELINES):
        name = define.__name__.replace("_", "-")
        with Pipeline(name=name, description=f"The pipeline {name}") as pipeline:
            define()
        form = ["yaml", "json"][n % 3 == 1]  # every third as JSON
        path = folder / f"{name}.{form}"
        pipeline.save(path, format=form, overwrite=True)
        if "--short" in sys.argv:
            rewrite(path)
    (folder / "classes.txt").write_text("\n".join(classes()) + "\n")


main(pathlib.Path(sys.argv[1]))
