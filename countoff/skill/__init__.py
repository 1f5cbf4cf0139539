"""The Alexa skill package: its interaction model and its manifest, generated from data/nlu and knowledge/."""
