"""The input-output model: emissions linked to ICT."""
