"""Constructors and functions of libraries that load a model into memory."""

from __future__ import annotations

# Functions of torchvision, and classes of Keras, that are named after the model that they build.
_TORCHVISION = """
    alexnet convnext_base convnext_tiny deeplabv3_resnet101 deeplabv3_resnet50 densenet121 densenet201
    efficientnet_b0 efficientnet_b4 efficientnet_b7 fasterrcnn_resnet50_fpn googlenet inception_v3
    maskrcnn_resnet50_fpn mobilenet_v2 mobilenet_v3_large mobilenet_v3_small resnet101 resnet152 resnet18 resnet34
    resnet50 retinanet_resnet50_fpn squeezenet1_1 swin_b swin_t vgg16 vgg19 vit_b_16 vit_l_16
"""
_KERAS = """
    VGG16 VGG19 ResNet50 ResNet101 ResNet152 InceptionV3 InceptionResNetV2 Xception MobileNet MobileNetV2
    DenseNet121 EfficientNetB0 EfficientNetB7 NASNetLarge
"""

# By the last part of the name: the packages in which a callable of that name loads a model.
LOADERS: dict[str, frozenset[str]] = {
    name: frozenset(packages.split())
    for name, packages in {
        "WhisperModel": "faster_whisper",
        "BatchedInferencePipeline": "faster_whisper",
        "SentenceTransformer": "sentence_transformers",
        "CrossEncoder": "sentence_transformers",
        "SparseEncoder": "sentence_transformers",
        "load_model": "whisper whisperx keras tensorflow fasttext stable_whisper whisper_timestamped mlflow spacy",
        "load_align_model": "whisperx",
        "DiarizationPipeline": "whisperx",
        "from_pretrained": "transformers diffusers pyannote speechbrain nemo optimum peft auto_gptq tokenizers espnet2 setfit gliner",
        "from_hparams": "speechbrain",
        "pipeline": "transformers optimum modelscope",
        "load": "spacy torch tensorflow joblib flair stanza skops open_clip clip timm gensim numpy pickle cloudpickle dill",
        "download_and_load": "flair",
        "create_model": "timm open_clip",
        "create_model_and_transforms": "open_clip",
        "load_state_dict": "torch",
        "YOLO": "ultralytics",
        "RTDETR": "ultralytics",
        "SAM": "ultralytics",
        "Reader": "easyocr",
        "InferenceSession": "onnxruntime",
        "PaddleOCR": "paddleocr",
        "FaceAnalysis": "insightface",
        "GFPGANer": "gfpgan",
        "RealESRGANer": "realesrgan",
        "get_model": "demucs insightface torchvision",
        "Llama": "llama_cpp",
        "LLM": "vllm",
        "Translator": "ctranslate2",
        "Generator": "ctranslate2",
        "Whisper": "ctranslate2",
        "BGEM3FlagModel": "FlagEmbedding",
        "FlagModel": "FlagEmbedding",
        "FlagReranker": "FlagEmbedding",
        "TextEmbedding": "fastembed",
        "HuggingFaceEmbeddings": "langchain_huggingface langchain_community langchain",
        "HuggingFaceBgeEmbeddings": "langchain_community langchain",
        "Pipeline": "stanza",
        "TTS": "TTS",
        "KeyBERT": "keybert",
        "BERTopic": "bertopic",
        "KeyedVectors": "gensim",
        "load_word2vec_format": "gensim",
        "AutoModel": "funasr",
        "load_silero_vad": "silero_vad",
        "Demucs": "demucs",
        "remove_background": "rembg",
        "new_session": "rembg",
        "ocr_predictor": "doctr",
        "get_translation_from_codes": "argostranslate",
        "DefaultEmbeddingFunction": "chromadb",
        "build_model": "deepface",
        "Detoxify": "detoxify",
        "shape_predictor": "dlib",
        "InceptionResnetV1": "facenet_pytorch",
        "GPT4All": "gpt4all",
        "HuggingFaceInstructEmbeddings": "langchain_community langchain",
        "from_all_languages": "lingua",
        "HuggingFaceEmbedding": "llama_index",
        "FastSAM": "ultralytics",
        "YOLOWorld": "ultralytics",
        "Model": "vosk",
        **dict.fromkeys(_TORCHVISION.split(), "torchvision"),
        **dict.fromkeys(_KERAS.split(), "tensorflow keras"),
    }.items()
}

# Libraries that load anything, so that a call counts only where it is seen to be made.
ANYTHING = frozenset({"numpy", "pickle", "cloudpickle", "dill"})


def is_loader(name: str, further: frozenset[str]) -> bool:
    """Tell whether a dotted name is a callable that loads a model; `further` ones are by package and last name."""
    package, last = name.partition(".")[0], name.rpartition(".")[2]
    return package in LOADERS.get(last, ()) or (bool(further) and f"{package}.{last}" in further)
