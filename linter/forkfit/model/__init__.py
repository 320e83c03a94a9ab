"""The nouns: values with trails, nodes with places, services, workers, weights, findings. No behaviour with effects."""
