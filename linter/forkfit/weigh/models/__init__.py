"""From a call that loads a model to megabytes: what is known of loaders, which law a call follows, what that comes to."""
