"""Constructors and functions of libraries that load a model into memory."""

from __future__ import annotations

# By the last part of the name: the packages in which a callable of that name loads a model.
LOADERS: dict[str, frozenset[str]] = {
    name: frozenset(packages.split())
    for name, packages in {
        "WhisperModel": "faster_whisper",
        "BatchedInferencePipeline": "faster_whisper",
        "SentenceTransformer": "sentence_transformers",
        "CrossEncoder": "sentence_transformers",
        "SparseEncoder": "sentence_transformers",
        "load_model": "whisper whisperx keras tensorflow fasttext stable_whisper whisper_timestamped mlflow",
        "load_align_model": "whisperx",
        "DiarizationPipeline": "whisperx",
        "from_pretrained": "transformers diffusers pyannote speechbrain nemo optimum peft auto_gptq tokenizers espnet2 setfit gliner",
        "from_hparams": "speechbrain",
        "pipeline": "transformers optimum modelscope",
        "load": "spacy torch tensorflow joblib flair stanza skops open_clip clip timm",
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
        "get_model": "demucs insightface",
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
        "HuggingFaceBgeEmbeddings": "langchain_community",
        "Pipeline": "stanza",
        "TTS": "TTS",
        "KeyBERT": "keybert",
        "BERTopic": "bertopic",
        "KeyedVectors": "gensim",
        "load_word2vec_format": "gensim",
        "AutoModel": "funasr",
        "load_silero_vad": "silero_vad",
        "Demucs": "demucs",
        "DeepFace": "deepface",
        "remove_background": "rembg",
        "new_session": "rembg",
        "ocr_predictor": "doctr",
    }.items()
}


def is_loader(name: str) -> bool:
    """Tell whether a dotted name is a callable that loads a model."""
    package, _, _ = name.partition(".")
    return package in LOADERS.get(name.rpartition(".")[2], ())
